//! How many formulas are compiled in a second, natively:
//! `cargo run --release --example formula_rate`.
#![allow(clippy::expect_used, clippy::panic)]

use intercom_connector::internals::{CONTACTS, Context, Filter, Patch, Resolve, Version};
use std::time::{Duration, Instant};

/// How long each formula is compiled again and again: long enough that the clock
/// and the first runs do not count.
const EACH: Duration = Duration::from_secs(1);

fn main() {
    let nested = "NOT (role = 'lead' OR email !~ 'example') AND (name ~ 'a' OR (os ~ 'b' AND \
                  created_at BETWEEN 2023-01-01 AND 2023-12-31)) AND external_id IN ('1', '2')";
    let largest: Vec<String> = (0..15)
        .map(|n| format!("(name ~ 'a{n}' AND os ~ 'b{n}')"))
        .collect();
    let refused: Vec<String> = (0..60)
        .map(|n| format!("(name ~ 'a{n}' OR os ~ 'b{n}')"))
        .collect();
    for (title, formula) in [
        (
            "the page's example",
            "role = 'user' AND signed_up_date > '2023-01-01'",
        ),
        ("three levels, negated", nested),
        ("fifteen groups of two", &largest.join(" OR ")),
        ("refused: 60 groups", &refused.join(" AND ")),
    ] {
        let version = Version::parse("2.16").expect("a version");
        let start = Instant::now();
        let mut count = 0_u32;
        while start.elapsed() < EACH {
            let read = Filter::read(&CONTACTS, Resolve::new(Context::NONE), formula.into());
            let Ok(Patch::Value(filter)) = read else {
                panic!("{formula} is a formula")
            };
            let _ = std::hint::black_box(filter.compile(version));
            count += 1;
        }
        let each = start.elapsed() / count;
        println!(
            "{title:24} {:>9.0} a second ({each:.1?} each)",
            1.0 / each.as_secs_f64()
        );
    }
}
