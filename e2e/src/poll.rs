//! Waiting for something to become true, for a bounded time.

use std::time::{Duration, Instant};

use anyhow::bail;

/// How long anything here may take: much longer than it does on a machine that is busy with other things.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Asks every 25 ms until there is an answer.
///
/// # Errors
/// There is none within [`PATIENCE`], or `ask` fails: an error ends the waiting.
pub async fn until<T>(
    what: &str,
    mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("waited {} s in vain for: {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
}
