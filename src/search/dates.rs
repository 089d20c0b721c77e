//! Rewrites comparisons of dates into those that Intercom supports.
//!
//! Up to API version 2.16, and for custom attributes, Intercom compares dates
//! by the whole day in the workspace's time zone, which the connector does not
//! know, and only with `=`, `<` and `>` (`docs/intercom-api.md`, Search). So a day
//! becomes a day, and a point in time the days around it, whose rows are then
//! filtered.

use super::comparison::{ApiFilter, Comparator};
use super::fields::{Field, Granularity};
use super::formula::Connective;
use super::moment::{DAY, Moment};
use std::borrow::Cow;

/// The time of day that stands for a day. Intercom takes a timestamp for its date in
/// the workspace's time zone; 10:00 UTC has the same date from UTC-10 (Hawaii) to
/// UTC+13:59 (New Zealand). Midnight would be the day before in all of America.
/// Not covered are Samoa (UTC-11) and Kiritimati (UTC+14): they get a neighbouring
/// day.
pub const ANCHOR: i64 = 10 * 3600;

/// The length of the longest day, when clocks go back: 25 hours.
const LONGEST_DAY: i64 = 25 * 3600;

/// The filters that find the contacts whose date matches; and a few more if
/// [`Moment::is_coarsened`].
pub fn rewrite(
    field: &Field,
    comparator: Comparator,
    moment: Moment,
    granularity: Granularity,
) -> (Connective, Vec<ApiFilter<'_>>) {
    let (connective, steps) = match granularity {
        Granularity::Day => by_day(comparator, moment),
        Granularity::Second => by_second(comparator, moment),
    };
    let filters = steps.into_iter().map(|(comparator, seconds)| ApiFilter {
        field: &field.name,
        comparator,
        value: Cow::Owned(seconds.into()),
        listable: false,
    });
    (connective, filters.collect())
}

type Steps = (Connective, Vec<(Comparator, i64)>);

fn by_day(comparator: Comparator, moment: Moment) -> Steps {
    use Comparator::{AtLeast, AtMost, Equal, Greater, Less};
    use Connective::Or;
    match moment {
        Moment::Day(day) => {
            let noon = day + ANCHOR;
            match comparator {
                AtLeast => (Or, vec![(Greater, noon - DAY)]),
                AtMost => (Or, vec![(Less, noon + DAY)]),
                Less | Greater | Equal => (Or, vec![(comparator, noon)]),
                _ => (Or, vec![(Less, noon), (Greater, noon)]),
            }
        }
        Moment::Second(second) => match comparator {
            AtLeast | Greater => (Or, vec![(Greater, second - LONGEST_DAY)]),
            AtMost | Less => (Or, vec![(Less, second + LONGEST_DAY)]),
            Equal => (Or, vec![(Equal, second)]),
            _ => (
                Or,
                vec![
                    (Less, second + LONGEST_DAY),
                    (Greater, second - LONGEST_DAY),
                ],
            ),
        },
        Moment::DayOf(second) => match comparator {
            AtLeast => (Or, vec![(Equal, second), (Greater, second)]),
            AtMost => (Or, vec![(Equal, second), (Less, second)]),
            Less | Greater | Equal => (Or, vec![(comparator, second)]),
            _ => (Or, vec![(Less, second), (Greater, second)]),
        },
    }
}

fn by_second(comparator: Comparator, moment: Moment) -> Steps {
    use Comparator::{AtLeast, AtMost, Equal, Greater, Less};
    use Connective::{And, Or};
    match moment {
        Moment::Day(day) => match comparator {
            Equal => (And, vec![(AtLeast, day), (Less, day + DAY)]),
            Greater => (And, vec![(AtLeast, day + DAY)]),
            AtMost => (And, vec![(Less, day + DAY)]),
            AtLeast | Less => (And, vec![(comparator, day)]),
            _ => (Or, vec![(Less, day), (AtLeast, day + DAY)]),
        },
        Moment::Second(second) | Moment::DayOf(second) => (And, vec![(comparator, second)]),
    }
}
