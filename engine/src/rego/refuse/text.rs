//! On the text, before it is parsed: nested literals parse in exponential time, and long runs of `-` and long chains of operators
//! become trees so deep that even giving them up overflows the stack.

use super::{Module, Refusal};

/// The parser tries each `[` and `{` as a comprehension first: sixteen deep is 0.1 s, and doubles with each level.
const MAX_NESTING: usize = 8;
const MAX_MINUSES: usize = 8;
const MAX_OPERATORS: usize = 500;

/// Walks over the code, past strings and comments.
pub(super) fn check(module: &Module) -> Option<Refusal> {
    let mut nesting = 0_usize;
    let mut minuses = 0_usize;
    let mut chains = Chains { outer: Vec::new(), operators: 0, word: String::new(), previous: '\n' };
    let mut scanner = Scanner { line: 1, column: 0, inside: Inside::Code };
    for character in module.text.chars() {
        if !scanner.is_code(character) {
            continue;
        }
        chains.add(character);
        if character.is_whitespace() {
            continue;
        }
        minuses = if character == '-' { minuses + 1 } else { 0 };
        match character {
            '[' | '{' => nesting += 1,
            ']' | '}' => nesting = nesting.saturating_sub(1),
            _ => {}
        }
        let refuse = |message: String, help: &str| {
            let place = (scanner.line, scanner.column);
            Some(Refusal::new(&module.file, place, message, Some(help.to_owned())))
        };
        if nesting > MAX_NESTING {
            let message = format!("brackets nest deeper than {MAX_NESTING} levels");
            return refuse(message, "give the inner part a name: a rule or a variable of its own");
        }
        if chains.operators > MAX_OPERATORS {
            let message = format!("an expression of more than {MAX_OPERATORS} operators");
            return refuse(message, "put the operands into a set or an array, and look at that");
        }
        if minuses > MAX_MINUSES {
            return refuse(format!("more than {MAX_MINUSES} minus signs in a row"), "write one, or none");
        }
    }
    None
}

/// Counts the operators between commas and assignments, for each bracket that is open.
struct Chains {
    outer: Vec<usize>,
    operators: usize,
    word: String,
    previous: char,
}

impl Chains {
    fn add(&mut self, character: char) {
        if character.is_alphanumeric() || character == '_' {
            self.word.push(character);
        } else {
            self.operators += usize::from(self.word == "in");
            self.word.clear();
        }
        match character {
            '{' | '[' | '(' => self.outer.push(std::mem::take(&mut self.operators)),
            '}' | ']' | ')' => self.operators = self.outer.pop().unwrap_or_default(),
            ',' | ';' => self.operators = 0,
            '=' if self.previous == ':' => self.operators = 0,
            // `==`, `!=`, `<=`, `>=` are one.
            '=' if matches!(self.previous, '=' | '<' | '>') => {}
            '+' | '-' | '*' | '/' | '%' | '|' | '&' | '<' | '>' | '=' => self.operators += 1,
            _ => {}
        }
        self.previous = character;
    }
}

#[derive(Clone, Copy)]
enum Inside {
    Code,
    Comment,
    /// Between double quotes; whether the next character is escaped.
    Text {
        escaped: bool,
    },
    RawText,
}

struct Scanner {
    line: u32,
    column: u32,
    inside: Inside,
}

impl Scanner {
    /// Whether `character`, the next of the text, is code.
    fn is_code(&mut self, character: char) -> bool {
        self.column = self.column.saturating_add(1);
        let was_code = matches!(self.inside, Inside::Code);
        self.inside = match (self.inside, character) {
            (Inside::Code, '#') => Inside::Comment,
            (Inside::Code, '"') => Inside::Text { escaped: false },
            (Inside::Code, '`') => Inside::RawText,
            (Inside::Comment, '\n')
            | (Inside::Text { escaped: false }, '"' | '\n')
            | (Inside::RawText, '`') => Inside::Code,
            (Inside::Text { escaped }, _) => Inside::Text { escaped: !escaped && character == '\\' },
            (same, _) => same,
        };
        if character == '\n' {
            self.line = self.line.saturating_add(1);
            self.column = 0;
        }
        was_code
    }
}
