//! The data that a search sees: rows as they were some time ago (`docs/intercom-api.md`,
//! Polling).

use std::collections::BTreeMap;

/// The rows of one search, each with its latest versions.
#[derive(Debug)]
pub struct Index<T> {
    /// How long a change takes to be found, in seconds.
    pub lag: i64,
    versions: BTreeMap<String, Vec<Version<T>>>,
}

#[derive(Debug)]
struct Version<T> {
    found_from: i64,
    row: T,
}

impl<T> Default for Index<T> {
    fn default() -> Self {
        Self {
            lag: 0,
            versions: BTreeMap::new(),
        }
    }
}

impl<T> Index<T> {
    /// Stores a row that changed at `now`, in Unix seconds.
    pub fn put(&mut self, id: &str, row: T, now: i64) {
        let found_from = now.saturating_add(self.lag);
        let versions = self.versions.entry(id.to_owned()).or_default();
        let known = versions.iter().rposition(|known| known.found_from <= now);
        versions.drain(..known.unwrap_or_default());
        versions.push(Version { found_from, row });
    }

    /// Removes a row immediately.
    pub fn remove(&mut self, id: &str) {
        self.versions.remove(id);
    }

    /// The rows that a search at `now` finds.
    pub fn at(&self, now: i64) -> impl Iterator<Item = &T> {
        let rows = self.versions.values();
        rows.filter_map(move |versions| {
            let mut found = versions.iter().rev();
            let found = found.find(|version| version.found_from <= now)?;
            Some(&found.row)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(index: &Index<&'static str>, now: i64) -> String {
        index.at(now).copied().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_change_is_found_once_the_lag_is_over() {
        let mut index = Index::default();
        index.put("a", "a1", 100);
        index.lag = 10;
        index.put("a", "a2", 101);
        index.put("b", "b1", 102);
        index.lag = 2;
        index.put("a", "a3", 105);
        for (now, found) in [
            (99, ""),
            (100, "a1"),
            (107, "a3"),
            (111, "a3"),
            (112, "a3 b1"),
        ] {
            assert_eq!(at(&index, now), found, "{now}");
        }
        index.put("a", "a4", 200);
        index.remove("b");
        assert_eq!(at(&index, 202), "a4");
    }
}
