//! Random mutations of the seeds, through every target: what a machine without a
//! fuzzer can do. `FUZZ_SECONDS` is the time for each target, in seconds; without it,
//! the same two hundred mutations run each time. `FUZZ_SEED` repeats a run, `FUZZ_TARGET`
//! runs one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use fuzz_targets::TARGETS;
use std::env;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// Mutations of each target where no time is given.
const FEW: u64 = 200;

/// What formulas, placeholders, JSON and HTTP are made of, and what breaks them.
const PIECES: [&[u8]; 32] = [
    b"{{",
    b"}}",
    b"<<",
    b">>",
    b"\\",
    b"\"",
    b"'",
    b"?",
    b"\\ud83d",
    b"\\u0000",
    b"\xff",
    b"\xf0\x9f",
    b"\x00",
    b"\n",
    b"\r\n\r\n",
    b"$serde_json::private::RawValue",
    b"[[[[[[[[",
    b"]]]]",
    b"{\"a\":",
    b"}",
    b",",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"99999999999999999999",
    b"2024-02-30",
    b" AND ",
    b" NOT ",
    b"(",
    b")",
    "é😀".as_bytes(),
];

/// Numbers that look random: SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// Changes a text in one to eight places.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut text = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(text.len() + 1);
        let end = (at + random.below(9)).min(text.len());
        match random.below(6) {
            0 => _ = text.splice(at..end, []),
            1 => _ = text.splice(at..at, PIECES[random.below(PIECES.len())].to_vec()),
            2 => _ = text.splice(at..end, PIECES[random.below(PIECES.len())].to_vec()),
            3 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let to = (from + random.below(64)).min(other.len());
                text.splice(at..end, other[from..to].to_vec());
            }
            4 => {
                let again = text[at..end].to_vec();
                text.splice(at..at, again);
            }
            _ if at < text.len() => text[at] = random.next() as u8,
            _ => {}
        }
    }
    text
}

#[test]
fn mutated_seeds_keep_what_their_targets_assert() {
    let number = |name: &str| {
        env::var(name)
            .ok()
            .and_then(|value| value.parse::<u64>().ok())
    };
    let time = number("FUZZ_SECONDS").map(Duration::from_secs);
    let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let fresh = || time.map_or(1, |_| clock().unwrap().as_nanos() as u64);
    let seed = number("FUZZ_SEED").unwrap_or_else(fresh);
    println!("FUZZ_SEED={seed}");
    let only = env::var("FUZZ_TARGET").ok();
    let wanted = |name: &str| only.as_ref().is_none_or(|only| only == name);
    for (name, target) in TARGETS.iter().filter(|(name, _)| wanted(name)) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../seeds")
            .join(name);
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().path())
            .collect();
        paths.sort();
        let seeds: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
        let (mut random, begin, mut runs) = (Random(seed), Instant::now(), 0);
        while time.map_or(runs < FEW, |time| begin.elapsed() < time) {
            let input = mutated(&seeds, &mut random);
            if let Err(panic) = std::panic::catch_unwind(|| target(&input)) {
                println!("{name}, run {runs}: {:?}", String::from_utf8_lossy(&input));
                std::panic::resume_unwind(panic);
            }
            runs += 1;
        }
        println!("{name}: {runs} runs in {:?}", begin.elapsed());
    }
}
