//! Until when a request has to be answered.

use std::time::Duration;

use tokio::time::Instant;

use crate::duration::{self, NotADuration};

/// What kube-apiserver waits for where nobody said otherwise.
const DEFAULT: Duration = Duration::from_secs(10);

/// The most that a webhook configuration may say.
const LONGEST: Duration = Duration::from_secs(30);

/// What the way back may take, and being woken late: after this, an answer comes too late.
const MARGIN: Duration = Duration::from_millis(500);

/// The deadline of a request with this query, in which kube-apiserver says as `timeout` how long it waits. A fifth of a short time is kept
/// for the way back, and half a second of a long one.
pub(super) fn of(query: Option<&str>, arrived: Instant) -> Result<Instant, NotADuration> {
    let mut pairs = query.unwrap_or_default().split('&');
    let timeout = match pairs.find_map(|pair| pair.strip_prefix("timeout=")) {
        Some(text) => duration::parse(text)?.min(LONGEST),
        None => DEFAULT,
    };
    Ok(arrived + (timeout - MARGIN.min(timeout / 5)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_due_a_margin_before_the_api_server_gives_up() {
        let arrived = Instant::now();
        for (query, milliseconds) in [
            (None, 9_500),
            (Some(""), 9_500),
            (Some("dryRun=All"), 9_500),
            (Some("timeout=10s"), 9_500),
            (Some("a=b&timeout=1m0s"), 29_500),
            (Some("timeout=1s"), 800),
            (Some("timeout=500ms"), 400),
            (Some("timeout=0s"), 0),
        ] {
            let due = of(query, arrived).unwrap() - arrived;
            assert_eq!(due, Duration::from_millis(milliseconds), "{query:?}");
        }
    }

    #[test]
    fn a_timeout_that_is_none_is_said_to_be_none() {
        let error = of(Some("timeout=soon"), Instant::now()).unwrap_err().to_string();
        assert_eq!(
            error,
            r#""soon" is not a duration: expected numbers with units, such as 10s, 1m30s or 500ms"#
        );
    }
}
