//! What one level says about a policy: settings and parameters.

use crate::{
    config::{parameters::Given, settings::Level},
    reader::{Block, Reader},
};

/// What a block says about a policy: a pack's, a policy's, an override's.
#[derive(Default)]
pub(super) struct Said {
    pub(super) level: Level,
    pub(super) parameters: Given,
}

impl Said {
    pub(super) fn read(block: &Block<'_>, reader: &mut Reader) -> Self {
        let mut parameters = Given::new();
        if let Some(block) = block.get("parameters").and_then(|field| reader.mapping(&field, "parameters")) {
            parameters.extend(
                block.entries().map(|(name, field)| (name.to_owned(), (field.value.clone(), field.path))),
            );
        }
        Self { level: Level::read(block, reader), parameters }
    }

    /// This over what a weaker level says.
    pub(super) fn over(&self, weaker: &Self) -> Self {
        let mut parameters = weaker.parameters.clone();
        parameters.extend(self.parameters.clone());
        Self { level: self.level.over(&weaker.level), parameters }
    }
}
