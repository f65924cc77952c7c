//! The guess that costs nothing: what stood behind the same words the last time.

use llama_cpp_2::token::LlamaToken;

/// Words that have to be the same, at least. Fewer agree by chance.
pub(super) const SHORTEST: usize = 3;
/// More agreement than this says nothing more.
const LONGEST: usize = 12;

/// A place in a text that is like its end.
pub(super) struct Found {
    /// How many words agree.
    pub(super) agreement: usize,
    /// Where the next words stand.
    from: usize,
}

/// The place in `before` that is most like the end of `before` and `next`: the latest among
/// those that agree over the longest stretch.
pub(super) fn find(before: &[LlamaToken], next: LlamaToken) -> Option<Found> {
    let mut best: Option<Found> = None;
    for place in (SHORTEST - 1..before.len()).rev() {
        if before[place] != next {
            continue;
        }
        let agreement = 1 + before[..place]
            .iter()
            .rev()
            .zip(before.iter().rev())
            .take(LONGEST - 1)
            .take_while(|(there, here)| there == here)
            .count();
        let from = place + 1;
        if agreement >= SHORTEST && best.as_ref().is_none_or(|best| agreement > best.agreement) {
            best = Some(Found { agreement, from });
        }
        if agreement == LONGEST {
            break;
        }
    }
    best
}

impl Found {
    /// What stands behind the place; at most `most` tokens.
    pub(super) fn continuation(
        &self,
        before: &[LlamaToken],
        next: LlamaToken,
        most: usize,
    ) -> Vec<LlamaToken> {
        // Where the text repeats itself up to its very end, it is taken to go on repeating.
        let repeated = before[self.from..].iter().chain([&next]);
        repeated.cycle().copied().take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::find;
    use llama_cpp_2::token::LlamaToken;

    fn after(before: &[i32], next: i32, most: usize) -> Vec<i32> {
        let before: Vec<_> = before.iter().map(|&number| LlamaToken(number)).collect();
        let next = LlamaToken(next);
        let found = find(&before, next).map(|found| found.continuation(&before, next, most));
        found
            .unwrap_or_default()
            .into_iter()
            .map(|token| token.0)
            .collect()
    }

    #[test]
    fn the_longest_agreement_wins_and_of_equals_the_latest() {
        assert_eq!(after(&[1, 2, 3, 4, 5, 6, 1, 2], 3, 2), [4, 5]);
        assert_eq!(after(&[1, 2, 3, 4, 9, 1, 2, 3, 5, 9, 1, 2], 3, 1), [5]);
        assert_eq!(after(&[7, 1, 2, 3, 4, 9, 1, 2, 3, 5, 7, 1, 2], 3, 1), [4]);
    }

    #[test]
    fn two_words_alone_are_no_reason_to_guess() {
        assert!(after(&[1, 2, 3, 4, 8, 2], 3, 4).is_empty());
        assert!(after(&[], 3, 4).is_empty());
        assert!(after(&[3], 3, 4).is_empty());
    }

    #[test]
    fn a_text_that_repeats_itself_is_taken_to_go_on() {
        assert_eq!(after(&[3, 3, 3], 3, 4), [3, 3, 3, 3]);
        assert_eq!(after(&[1, 2, 1, 2, 1], 2, 5), [1, 2, 1, 2, 1]);
    }
}
