//! Random numbers from a seed, so that a soak can be reproduced.

/// A `SplitMix64` generator (Steele, Lea and Flood, 2014): any seed will do.
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    /// The numbers of one draw from a seed: they do not depend on the order of the
    /// draws.
    pub fn of(seed: u64, draw: u64) -> Self {
        let mut random = Self(seed ^ draw.wrapping_mul(0xD134_2543_DE82_EF95));
        random.next();
        random
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of these; `None` if there are none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let index = self.next().checked_rem(from.len() as u64)?;
        from.get(usize::try_from(index).unwrap_or_default())
    }

    /// True with this probability, in percent.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_repeats_and_draws_differ() {
        let numbers = |seed, draw| {
            let mut random = Random::of(seed, draw);
            [(); 4].map(|()| random.next())
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }

    #[test]
    fn picks_are_uniform() {
        let from = [0, 1, 2, 3, 4];
        let mut times = [0; 5];
        for draw in 0..5000 {
            let picked = Random::of(7, draw).pick(&from).copied().unwrap_or(0);
            if let Some(times) = times.get_mut(picked) {
                *times += 1;
            }
        }
        assert!(
            times.iter().all(|times| (900..1100).contains(times)),
            "{times:?}"
        );
        assert_eq!(Random::of(7, 0).pick::<u8>(&[]), None);
    }
}
