//! Caches resolved names for a short time, so that connections that are opened together resolve
//! a name once.

use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::OnceCell;

use crate::error_chain::again;
use crate::resolver::{Resolve, Resolved};

/// How long addresses are cached. The system's resolver does not return the time to live;
/// services that move between addresses, such as Intercom, use a minute. Since connections are
/// kept alive, ten seconds avoid nearly all lookups of a burst of new connections; more would
/// only keep outdated addresses longer.
const KEPT: Duration = Duration::from_secs(10);

/// A caching resolver. Its size is limited by the policy's list of hosts: other names are not
/// resolved.
pub(crate) struct Lookups {
    resolver: Arc<dyn Resolve>,
    kept: Duration,
    by_name: Mutex<HashMap<String, Arc<Lookup>>>,
}

/// One lookup, shared by concurrent callers.
type Lookup = OnceCell<Found>;

struct Found {
    at: Instant,
    addresses: io::Result<Vec<IpAddr>>,
}

impl Lookups {
    pub(crate) fn new(resolver: Arc<dyn Resolve>) -> Self {
        Self {
            resolver,
            kept: KEPT,
            by_name: Mutex::default(),
        }
    }

    /// The lookup to wait for: a running one, or a recent successful one. A failure is returned
    /// to its waiting callers and not cached.
    fn current(&self, name: &str) -> Arc<Lookup> {
        let mut by_name = self.by_name.lock().unwrap_or_else(PoisonError::into_inner);
        let lookup = by_name.entry(name.to_owned()).or_default();
        let is_over = lookup
            .get()
            .is_some_and(|found| found.addresses.is_err() || found.at.elapsed() >= self.kept);
        if is_over {
            *lookup = Arc::default();
        }
        Arc::clone(lookup)
    }
}

impl Resolve for Lookups {
    fn resolve(&self, name: &str) -> Resolved {
        let lookup = self.current(name);
        let resolver = Arc::clone(&self.resolver);
        let name = name.to_owned();
        Box::pin(async move {
            let ask = || async {
                let addresses = resolver.resolve(&name).await;
                let at = Instant::now();
                Found { at, addresses }
            };
            match &lookup.get_or_init(ask).await.addresses {
                Ok(addresses) => Ok(addresses.clone()),
                Err(error) => Err(again(error)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::task::yield_now;

    use super::*;

    /// Fails the first time, and counts its calls.
    #[derive(Default)]
    struct Counting(AtomicUsize);

    impl Resolve for Counting {
        fn resolve(&self, _: &str) -> Resolved {
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(async move {
                yield_now().await;
                match number {
                    0 => Err(io::Error::other("no such name")),
                    _ => Ok(vec![IpAddr::from([127, 0, 0, 1])]),
                }
            })
        }
    }

    fn lookups(kept: Duration) -> (Arc<Counting>, Lookups) {
        let counting = Arc::new(Counting::default());
        let lookups = Lookups {
            kept,
            ..Lookups::new(Arc::clone(&counting) as _)
        };
        (counting, lookups)
    }

    #[tokio::test]
    async fn a_response_is_cached_for_its_time_and_a_failure_is_not() {
        for (kept, asked) in [(KEPT, 3), (Duration::ZERO, 5)] {
            let (counting, lookups) = lookups(kept);
            let failed = lookups.resolve("one.example").await.unwrap_err();
            assert_eq!(failed.to_string(), "no such name");
            for name in ["one.example", "one.example", "two.example", "two.example"] {
                assert_eq!(lookups.resolve(name).await.unwrap().len(), 1, "{name}");
            }
            assert_eq!(counting.0.load(Ordering::SeqCst), asked, "{kept:?}");
        }
    }

    #[tokio::test]
    async fn who_asks_meanwhile_waits_for_the_same_look_up() {
        let (counting, lookups) = lookups(Duration::ZERO);
        let ask = || lookups.resolve("one.example");
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        assert!(a.is_err() && b.is_err() && c.is_err());
        let (a, b, c) = tokio::join!(ask(), ask(), ask());
        assert!(a.is_ok() && b.is_ok() && c.is_ok());
        assert_eq!(counting.0.load(Ordering::SeqCst), 2);
        // A lookup also survives its first caller.
        let first = ask();
        let second = ask();
        drop(first);
        assert!(second.await.is_ok());
    }
}
