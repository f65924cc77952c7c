//! A conversation's first title: how its first message begins.

/// Characters of a title, at most.
const LONGEST: usize = 48;

/// The first line with words, cut at a word.
pub(super) fn from_message(text: &str) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    let visible: String = line.chars().filter(|sign| !sign.is_control()).collect();
    if visible.chars().count() <= LONGEST {
        return visible;
    }
    let cut: String = visible.chars().take(LONGEST).collect();
    let words = cut
        .rsplit_once(' ')
        .map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::from_message;

    #[test]
    fn a_title_is_the_first_line_cut_at_a_word() {
        assert_eq!(from_message("\n  Hello there\nmore"), "Hello there");
        assert_eq!(
            from_message("Tell me a long story about an owl named Bibo who lives in a tree"),
            "Tell me a long story about an owl named Bibo…"
        );
        assert_eq!(
            from_message(&"語".repeat(60)),
            format!("{}…", "語".repeat(48))
        );
    }
}
