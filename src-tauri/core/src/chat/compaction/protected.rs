//! What is left as it is: code between fences, quotations, what is lined up.

/// Follows the fences of code through the lines of a text.
#[derive(Default)]
pub(super) struct Fences {
    /// The sign and the length of the fence that is open.
    open: Option<(char, usize)>,
}

impl Fences {
    /// Whether a line is code, or the fence around it.
    pub(super) fn covers(&mut self, line: &str) -> bool {
        let trimmed = line.trim_start();
        let sign = trimmed.chars().next().filter(|sign| "`~".contains(*sign));
        let length = sign.map_or(0, |sign| {
            trimmed.chars().take_while(|&one| one == sign).count()
        });
        match self.open {
            // What stands behind the sign names the language; a sign there closes it again.
            None if length >= 3 && !(sign == Some('`') && trimmed[length..].contains('`')) => {
                self.open = sign.map(|sign| (sign, length));
                true
            }
            None => false,
            Some((opened, least)) => {
                let is_bare =
                    sign.is_some_and(|sign| trimmed.trim_end().chars().all(|one| one == sign));
                if sign == Some(opened) && length >= least && is_bare {
                    self.open = None;
                }
                true
            }
        }
    }
}

/// Whether a line is a quotation, indented code, or a row of a table.
pub(super) fn is_layout(line: &str) -> bool {
    line.starts_with("    ")
        || line.starts_with('\t')
        || line.starts_with('>')
        || line.contains('|')
}

/// Writes a line with one blank where there are several, but for its beginning and what stands
/// between quotation marks or backticks.
pub(super) fn single_blanks(line: &str, to: &mut String) {
    let words = line.trim_start();
    to.push_str(&line[..line.len() - words.len()]);
    let mut closes = None;
    let mut before = ' ';
    for sign in words.chars() {
        if before == '\\' {
            // It stands for itself.
        } else if closes == Some(sign) {
            closes = None;
        } else if closes.is_none() {
            closes = closing(sign).or((sign == '\'' && !before.is_alphanumeric()).then_some('\''));
        }
        if !(sign == ' ' && before == ' ' && closes.is_none()) {
            to.push(sign);
        }
        before = sign;
    }
}

/// Follows quotations through the lines of a paragraph.
#[derive(Default)]
pub(super) struct Quotations {
    is_open: bool,
}

impl Quotations {
    /// Whether a line is part of a quotation of several lines.
    pub(super) fn cover(&mut self, line: &str) -> bool {
        let was_open = self.is_open && !line.is_empty();
        let is_odd = line.matches(['"', '“', '”', '„', '«', '»']).count() % 2 == 1;
        self.is_open = was_open != is_odd;
        was_open || is_odd
    }
}

/// What closes a quotation that this sign opens.
pub(super) fn closing(sign: char) -> Option<char> {
    match sign {
        '"' | '`' => Some(sign),
        '“' => Some('”'),
        '„' => Some('“'),
        '«' => Some('»'),
        '「' => Some('」'),
        _ => None,
    }
}
