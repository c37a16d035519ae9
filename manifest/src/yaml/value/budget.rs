//! What aliases may expand a document to.

use super::Refusal;
use crate::yaml::node::NodeId;

/// How many bytes of text aliases may copy: far more than an API server takes for an object.
const MAX_COPIED: usize = 16 << 20;

/// Up to how many steps almost all may come from aliases, and from how many on few may: go-yaml v2's figures.
const FEW_STEPS: u32 = 400_000;
const MANY_STEPS: u32 = 4_000_000;

/// How many steps a document may take before its aliases are looked at, and how many in aliases: go-yaml v2's figures.
const FREE_STEPS: u32 = 1000;
const FREE_ALIASED_STEPS: u32 = 100;

/// Counts the steps of an evaluation as go-yaml v2 counts them, so that a document which kubectl refuses for its
/// aliases is refused here.
#[derive(Debug)]
pub(super) struct Budget {
    steps: u32,
    aliased_steps: u32,
    /// How many aliases deep the evaluation is, and the outermost of them.
    depth: u32,
    alias: NodeId,
    copied: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { steps: 0, aliased_steps: 0, depth: 0, alias: NodeId::ROOT, copied: 0 }
    }

    /// Is the evaluation inside of what an alias stands for?
    pub(super) fn is_aliased(&self) -> bool {
        self.depth > 0
    }

    pub(super) fn enter_alias(&mut self, alias: NodeId) {
        if self.depth == 0 {
            self.alias = alias;
        }
        self.depth += 1;
    }

    pub(super) fn leave_alias(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Counts one step. One too many is the fault of the last alias that the document itself holds.
    pub(super) fn count(&mut self) -> Result<(), Refusal> {
        self.steps += 1;
        if self.depth > 0 {
            self.aliased_steps += 1;
        }
        if self.aliased_steps <= FREE_ALIASED_STEPS {
            return Ok(());
        }
        let share = f64::from(self.aliased_steps) / f64::from(self.steps);
        let is_excessive = self.steps > FREE_STEPS && share > allowed_share(self.steps);
        if is_excessive || self.copied > MAX_COPIED {
            return Err(Refusal::new(self.alias, "the document expands to too much through its aliases"));
        }
        Ok(())
    }

    /// Counts text where an alias copies it; the next step finds it too much.
    pub(super) fn copied(&mut self, bytes: usize) {
        if self.depth > 0 {
            self.copied += bytes;
        }
    }
}

fn allowed_share(steps: u32) -> f64 {
    let progress =
        f64::from(steps.clamp(FEW_STEPS, MANY_STEPS) - FEW_STEPS) / f64::from(MANY_STEPS - FEW_STEPS);
    0.99 - 0.89 * progress
}
