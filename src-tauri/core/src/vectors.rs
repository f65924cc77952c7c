//! Vectors of one byte for each dimension: made, compared, searched from beginning to end. At a
//! hundred thousand of them that takes some milliseconds, and never misses one.

use pulp::Arch;

/// The products of a vector with each of a row of vectors, with the widest instructions of this
/// processor.
fn dots(query: &[i8], vectors: &[i8]) -> Vec<i32> {
    let mut products = vec![0; vectors.len() / query.len()];
    // Two processors share what is too much for one: reading the memory is most of the work.
    let half = if vectors.len() < SHARED_FROM {
        products.len()
    } else {
        products.len() / 2
    };
    let (first, second) = products.split_at_mut(half);
    let (of_first, of_second) = vectors.split_at(half * query.len());
    std::thread::scope(|scope| {
        if !second.is_empty() {
            scope.spawn(|| fill(second, query, of_second));
        }
        fill(first, query, of_first);
    });
    products
}

/// Bytes of vectors from which on a second thread pays.
const SHARED_FROM: usize = 4 << 20;

/// Written into a slice: what is collected would be compiled without the wide instructions.
fn fill(products: &mut [i32], query: &[i8], vectors: &[i8]) {
    Arch::new().dispatch(
        #[inline(always)]
        || {
            for (product, vector) in products.iter_mut().zip(vectors.chunks_exact(query.len())) {
                *product = dot(query, vector);
            }
        },
    );
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "it has to be compiled with its caller's instructions"
)]
fn dot(one: &[i8], other: &[i8]) -> i32 {
    // Checked arithmetic would not be done many bytes at a time; 127 times 127 fits in any case.
    one.iter().zip(other).fold(0_i32, |sum, (&one, &other)| {
        sum.wrapping_add(i32::from(i16::from(one).wrapping_mul(i16::from(other))))
    })
}

/// How near two vectors are, up to 1.
pub(crate) fn cosine(one: &[i8], other: &[i8]) -> f32 {
    scaled(dot(one, other))
}

/// The rows of vectors nearest to one, as far as they may be taken, with their cosines, the
/// nearest first.
pub(crate) fn nearest(
    query: &[i8],
    vectors: &[i8],
    most: usize,
    may: impl Fn(usize) -> bool,
) -> Vec<(usize, f32)> {
    if query.is_empty() || !vectors.len().is_multiple_of(query.len()) {
        return Vec::new();
    }
    let mut scored: Vec<(i32, usize)> = dots(query, vectors)
        .into_iter()
        .zip(0..)
        .filter(|&(_, row)| may(row))
        .collect();
    if scored.len() > most {
        scored.select_nth_unstable_by(most, |one, other| other.cmp(one));
        scored.truncate(most);
    }
    scored.sort_unstable_by(|one, other| other.cmp(one));
    scored
        .into_iter()
        .map(|(dot, row)| (row, scaled(dot)))
        .collect()
}

fn scaled(dot: i32) -> f32 {
    dot as f32 / (127.0 * 127.0)
}

/// A vector of length one with one byte for each dimension.
pub(crate) fn signed(vector: &[f32]) -> Vec<i8> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "clamped to the range of a byte"
    )]
    vector
        .iter()
        .map(|&value| (value * 127.0).round().clamp(-127.0, 127.0) as i8)
        .collect()
}

/// The same as the database keeps it.
pub(crate) fn bytes(vector: &[f32]) -> Vec<u8> {
    signed(vector).into_iter().map(i8::cast_unsigned).collect()
}
