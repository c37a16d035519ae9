//! How many files, and so connections, this process may have open.
//!
//! Many systems start processes with a soft limit of 1,024 and a far higher hard one. A server that runs into it can accept nobody, and
//! cannot make room either: so it is raised first, and what is left decides how many connections there may be.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// What everything but the reviews' connections may need: the health port, the API server's watches, files that are read.
const OTHERS: u64 = 192;

/// Raises the limit as far as it may be raised, and returns how many of the wanted connections fit.
#[must_use]
pub fn connections(wanted: usize) -> usize {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
    let limit = if raised.is_ok() { maximum } else { current };
    let connections = fitting(wanted, limit);
    if connections < wanted {
        tracing::warn!(
            connections,
            wanted,
            open_files = limit.unwrap_or(u64::MAX),
            "fewer connections than wanted: the limit of open files is too low"
        );
    }
    connections
}

/// How many connections fit under a limit; none is no limit.
fn fitting(wanted: usize, limit: Option<u64>) -> usize {
    let Some(limit) = limit else { return wanted };
    // The half of a very low limit is better than nothing.
    let left = limit.saturating_sub(OTHERS).max(limit / 2);
    wanted.min(usize::try_from(left).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_other_files() {
        for (wanted, limit, expected) in [
            (2048, None, 2048),
            (2048, Some(1 << 20), 2048),
            (2048, Some(2240), 2048),
            (2048, Some(1024), 832),
            (2048, Some(100), 50),
        ] {
            assert_eq!(fitting(wanted, limit), expected, "{wanted} of {limit:?}");
        }
    }
}
