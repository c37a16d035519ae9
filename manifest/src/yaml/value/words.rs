//! Words and numbers that are read otherwise than they look.

use super::Evaluator;
use crate::{
    Warning, WarningCode,
    yaml::{
        node::NodeId,
        resolve::{Scalar, resolve},
        token::{Style, Tag},
    },
};

impl Evaluator<'_> {
    /// Warns of a word that is a boolean and of a number that looks octal, once where it stands.
    pub(super) fn warn_about_word(
        &mut self,
        node: NodeId,
        style: Style,
        tag: Tag,
        text: &str,
        is_mode: bool,
    ) {
        if style != Style::Plain || tag != Tag::None || self.budget.is_aliased() {
            return;
        }
        match text.as_bytes() {
            [b'y' | b'Y' | b'n' | b'N' | b'o' | b'O', ..] if text.len() <= 3 => {
                if let Ok(Scalar::Bool(value)) = resolve(style, tag, text) {
                    let message = format!("`{text}` is the boolean {value}: quote it if the word is meant");
                    self.warn(WarningCode::BooleanWord, node, message);
                }
            }
            [b'0', b'0'..=b'9' | b'o' | b'O' | b'_', ..]
            | [b'-' | b'+', b'0', b'0'..=b'9' | b'o' | b'O' | b'_', ..]
                if !is_mode =>
            {
                let number = match resolve(style, tag, text) {
                    Ok(Scalar::Int(number)) => number.to_string(),
                    Ok(Scalar::Float(number)) if !text.contains(['.', 'e', 'E']) => number.to_string(),
                    _ => return,
                };
                let message = format!("`{text}` is the number {number}: quote it if the text is meant");
                self.warn(WarningCode::OctalNumber, node, message);
            }
            _ => {}
        }
    }

    pub(super) fn warn(&mut self, code: WarningCode, node: NodeId, message: String) {
        let node = self.tree.node(node);
        self.warnings.push(Warning { code, message, span: self.source.span(node.start, node.end) });
    }
}
