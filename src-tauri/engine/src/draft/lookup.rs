//! The guess that costs nothing: what stood behind the same words the last time.

use llama_cpp_2::token::LlamaToken;

/// Words that have to be the same, at least. Fewer agree by chance.
const SHORTEST: usize = 3;
/// More agreement than this says nothing more.
const LONGEST: usize = 12;

/// What followed, in `before` and `next`, the place that is most like their end: the latest
/// among those that agree over the longest stretch. At most `most` tokens.
pub(super) fn continuation(
    before: &[LlamaToken],
    next: LlamaToken,
    most: usize,
) -> Vec<LlamaToken> {
    let mut best = (SHORTEST - 1, 0);
    for place in (SHORTEST - 1..before.len()).rev() {
        if before[place] != next {
            continue;
        }
        let agree = 1 + before[..place]
            .iter()
            .rev()
            .zip(before.iter().rev())
            .take(LONGEST - 1)
            .take_while(|(there, here)| there == here)
            .count();
        if agree > best.0 {
            best = (agree, place + 1);
        }
        if agree == LONGEST {
            break;
        }
    }
    let (agree, from) = best;
    if agree < SHORTEST {
        return Vec::new();
    }
    // Where the text repeats itself up to its very end, it is taken to go on repeating.
    let repeated = before[from..].iter().chain([&next]);
    repeated.cycle().copied().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::continuation;
    use llama_cpp_2::token::LlamaToken;

    fn after(before: &[i32], next: i32, most: usize) -> Vec<i32> {
        let before: Vec<_> = before.iter().map(|&number| LlamaToken(number)).collect();
        let found = continuation(&before, LlamaToken(next), most);
        found.into_iter().map(|token| token.0).collect()
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
