//! The list of tensors: their shapes, types, and places in the file.

use std::collections::{BTreeMap, HashSet};
use std::io::{Read, Seek};

use super::GgufError;
use super::reader::Reader;

/// Bytes of a tensor's name, as ggml holds it.
const MAX_NAME: u64 = 63;

/// A storage type: its number in the file, its name, and how many values share how many
/// bytes. From ggml's table of types.
const TYPES: [(u32, &str, u64, u64); 36] = [
    (0, "F32", 1, 4),
    (1, "F16", 1, 2),
    (2, "Q4_0", 32, 18),
    (3, "Q4_1", 32, 20),
    (6, "Q5_0", 32, 22),
    (7, "Q5_1", 32, 24),
    (8, "Q8_0", 32, 34),
    (9, "Q8_1", 32, 36),
    (10, "Q2_K", 256, 84),
    (11, "Q3_K", 256, 110),
    (12, "Q4_K", 256, 144),
    (13, "Q5_K", 256, 176),
    (14, "Q6_K", 256, 210),
    (15, "Q8_K", 256, 292),
    (16, "IQ2_XXS", 256, 66),
    (17, "IQ2_XS", 256, 74),
    (18, "IQ3_XXS", 256, 98),
    (19, "IQ1_S", 256, 50),
    (20, "IQ4_NL", 32, 18),
    (21, "IQ3_S", 256, 110),
    (22, "IQ2_S", 256, 82),
    (23, "IQ4_XS", 256, 136),
    (24, "I8", 1, 1),
    (25, "I16", 1, 2),
    (26, "I32", 1, 4),
    (27, "I64", 1, 8),
    (28, "F64", 1, 8),
    (29, "IQ1_M", 256, 56),
    (30, "BF16", 1, 2),
    (34, "TQ1_0", 256, 54),
    (35, "TQ2_0", 256, 66),
    (39, "MXFP4", 32, 17),
    (40, "NVFP4", 64, 36),
    (31, "Q4_0_4_4", 32, 18),
    (32, "Q4_0_4_8", 32, 18),
    (33, "Q4_0_8_8", 32, 18),
];

/// Reads `count` tensors and checks that each lies whole inside the file; the bytes by type.
pub(super) fn read_all<R: Read + Seek>(
    reader: &mut Reader<R>,
    count: u64,
    alignment: u64,
) -> Result<BTreeMap<&'static str, u64>, GgufError> {
    let mut by_type = BTreeMap::new();
    let mut names = HashSet::new();
    let mut end = 0;
    for _ in 0..count {
        let name = reader.text("a tensor's name", MAX_NAME)?;
        let tensor = read(reader, &name, alignment)?;
        let sum: &mut u64 = by_type.entry(tensor.kind).or_insert(0);
        *sum = sum
            .checked_add(tensor.bytes)
            .ok_or_else(|| damaged(&name, "makes the file impossibly large"))?;
        end = end.max(tensor.end);
        if !names.insert(name.clone()) {
            return Err(damaged(&name, "stands twice"));
        }
    }
    let start = reader.at().next_multiple_of(alignment);
    let needs = start
        .checked_add(end)
        .ok_or_else(|| damaged("the last", "ends nowhere"))?;
    if count > 0 && needs > reader.size() {
        return Err(GgufError::Incomplete {
            has: reader.size(),
            needs,
        });
    }
    Ok(by_type)
}

/// How many numbers so many bytes of a type hold.
pub(super) fn values(kind: &str, bytes: u64) -> u64 {
    let known = TYPES.iter().find(|(_, name, ..)| *name == kind);
    known.map_or(0, |(_, _, values, size)| bytes / size * values)
}

struct Tensor {
    kind: &'static str,
    bytes: u64,
    end: u64,
}

fn read<R: Read + Seek>(
    reader: &mut Reader<R>,
    name: &str,
    alignment: u64,
) -> Result<Tensor, GgufError> {
    let dimensions = reader.u32()?;
    if !(1..=4).contains(&dimensions) {
        return Err(damaged(name, &format!("has {dimensions} dimensions")));
    }
    let mut row = 0;
    let mut values: u64 = 1;
    for dimension in 0..dimensions {
        let length = reader.u64()?;
        if dimension == 0 {
            row = length;
        }
        values = values
            .checked_mul(length)
            .filter(|&product| product > 0 && i64::try_from(product).is_ok())
            .ok_or_else(|| damaged(name, "has an impossible shape"))?;
    }
    let kind = reader.u32()?;
    let &(_, kind, block, block_bytes) = TYPES
        .iter()
        .find(|(number, ..)| *number == kind)
        .ok_or_else(|| damaged(name, &format!("has the unknown type {kind}")))?;
    if row % block != 0 {
        return Err(damaged(
            name,
            &format!("has rows of {row} values, which {kind} cannot hold"),
        ));
    }
    let offset = reader.u64()?;
    if offset % alignment != 0 {
        return Err(damaged(name, "is not aligned"));
    }
    let end = (values / block)
        .checked_mul(block_bytes)
        .and_then(|bytes| Some((bytes, offset.checked_add(bytes)?)))
        .ok_or_else(|| damaged(name, "has an impossible place"))?;
    Ok(Tensor {
        kind,
        bytes: end.0,
        end: end.1,
    })
}

fn damaged(name: &str, fault: &str) -> GgufError {
    GgufError::Damaged(format!("the tensor {name:?} {fault}"))
}
