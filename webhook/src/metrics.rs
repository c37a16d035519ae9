//! Everything that is counted and measured, declared in one place, in the text format of OpenMetrics.
//!
//! No label comes from what users write into objects: policies, kinds and causes are the operator's words, of which there are few.

mod families;
mod labels;
mod record;

use std::{fmt, sync::Arc};

use prometheus_client::registry::Registry;

use families::Families;
pub use labels::{Closed, Part, Refusal};
pub use record::unix_seconds;

/// The content type of [`Metrics::encode`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted and measured while the program runs.
pub struct Metrics {
    registry: Registry,
    families: Arc<Families>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("guard");
        let families = Arc::new(Families::default());
        families.register(&mut registry);
        Self { registry, families }
    }
}

impl Metrics {
    /// All of it, as a scrape asks for it.
    ///
    /// # Errors
    /// None that writing to a text can have.
    pub fn encode(&self) -> Result<String, fmt::Error> {
        let mut text = String::with_capacity(16 << 10);
        prometheus_client::encoding::text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
