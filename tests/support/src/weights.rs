//! A model file of a real shape with random weights: the speed of a model does not depend on
//! what its weights say. The tokenizer is Ember's, filled up to a usual vocabulary.

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;

use crate::forge::text;
use crate::place;
use crate::random::Random;

/// The shape of a model of the Llama family.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    layers: u64,
    width: u64,
    heads: u64,
    kv_heads: u64,
    feed_forward: u64,
    vocabulary: u64,
}

/// A small model that is still slow enough to watch.
pub const LLAMA_30M: Shape = Shape {
    layers: 8,
    width: 512,
    heads: 8,
    kv_heads: 4,
    feed_forward: 1536,
    vocabulary: 4096,
};

/// A model of nearly one speed, however long its context: two layers that look back through one
/// head, and nine tenths of the work in the rest.
pub const LLAMA_EVEN: Shape = Shape {
    layers: 2,
    width: 512,
    heads: 2,
    kv_heads: 1,
    feed_forward: 24_576,
    vocabulary: 4096,
};

/// Llama's shape with 360 million parameters, as SmolLM2-360M has it.
pub const LLAMA_360M: Shape = Shape {
    layers: 32,
    width: 960,
    heads: 15,
    kv_heads: 5,
    feed_forward: 2560,
    vocabulary: 49_152,
};

/// Llama's shape with 1.1 billion parameters, as TinyLlama has it.
pub const LLAMA_1B: Shape = Shape {
    layers: 22,
    width: 2048,
    heads: 32,
    kv_heads: 4,
    feed_forward: 5632,
    vocabulary: 32_000,
};

/// Llama's shape with 70 billion parameters, as Llama 2 has it.
pub const LLAMA_70B: Shape = Shape {
    layers: 80,
    width: 8192,
    heads: 64,
    kv_heads: 8,
    feed_forward: 28_672,
    vocabulary: 32_000,
};

/// How the weights are stored; the number of the type in the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Quantization {
    /// Single numbers of 32 bits.
    F32 = 0,
    /// Blocks of 32 with 4 bits each.
    Q4_0 = 2,
    /// Blocks of 32 with 8 bits each.
    Q8_0 = 8,
    /// Blocks of 256 with 4 bits each; every row has to be a multiple of 256 long.
    Q4K = 12,
}
use Quantization::F32;

impl Quantization {
    /// Values in a block, and its bytes.
    fn block(self) -> (u64, u64) {
        match self {
            Self::F32 => (1, 4),
            Self::Q4_0 => (32, 18),
            Self::Q8_0 => (32, 34),
            Self::Q4K => (256, 144),
        }
    }
}

/// Writes a model whose weights are noise.
///
/// # Panics
/// Where the file cannot be written.
pub fn write(path: &Path, shape: Shape, quantization: Quantization) {
    let tensors = tensors(shape, quantization);
    let mut file = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    file.write_all(&head(shape, &tensors).0).unwrap();
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
    for (_, dimensions, kind) in &tensors {
        write_weights(&mut file, dimensions, *kind, &mut random);
    }
    file.flush().unwrap();
}

/// Writes a model that has its full size but takes no room: all its weights are holes.
///
/// # Panics
/// Where the file cannot be written.
pub fn write_hollow(path: &Path, shape: Shape, quantization: Quantization) {
    let (head, weights) = head(shape, &tensors(shape, quantization));
    let mut file = File::create(path).unwrap();
    file.write_all(&head).unwrap();
    file.set_len(head.len() as u64 + weights).unwrap();
}

/// What stands before the weights, and their bytes.
fn head(shape: Shape, tensors: &[Tensor]) -> (Vec<u8>, u64) {
    let tokenizer = tokenizer(shape.vocabulary);
    let numbers = [
        ("llama.block_count", shape.layers),
        ("llama.context_length", 16_384),
        ("llama.embedding_length", shape.width),
        ("llama.feed_forward_length", shape.feed_forward),
        ("llama.attention.head_count", shape.heads),
        ("llama.attention.head_count_kv", shape.kv_heads),
        ("llama.rope.dimension_count", shape.width / shape.heads),
    ];
    let mut head = b"GGUF".to_vec();
    head.extend(3_u32.to_le_bytes());
    head.extend((tensors.len() as u64).to_le_bytes());
    head.extend((numbers.len() as u64 + 2 + tokenizer.len() as u64).to_le_bytes());
    head.extend(
        [
            text("general.architecture"),
            8_u32.to_le_bytes().into(),
            text("llama"),
        ]
        .concat(),
    );
    for (key, value) in numbers {
        let value = u32::try_from(value).unwrap().to_le_bytes();
        head.extend([text(key), 4_u32.to_le_bytes().into(), value.into()].concat());
    }
    let eps = [
        text("llama.attention.layer_norm_rms_epsilon"),
        6_u32.to_le_bytes().into(),
    ]
    .concat();
    head.extend(eps);
    head.extend(1e-5_f32.to_le_bytes());
    head.extend(tokenizer.concat());
    let mut offset = 0;
    for (name, dimensions, kind) in tensors {
        head.extend(text(name));
        head.extend(u32::try_from(dimensions.len()).unwrap().to_le_bytes());
        for length in dimensions {
            head.extend(length.to_le_bytes());
        }
        head.extend((*kind as u32).to_le_bytes());
        head.extend(u64::to_le_bytes(offset));
        offset += bytes_of(dimensions, *kind).next_multiple_of(32);
    }
    head.resize(head.len().next_multiple_of(32), 0);
    (head, offset)
}

type Tensor = (String, Vec<u64>, Quantization);

fn tensors(shape: Shape, matrices: Quantization) -> Vec<Tensor> {
    let (width, kv) = (shape.width, shape.width / shape.heads * shape.kv_heads);
    let mut list = vec![
        (
            "token_embd.weight".to_owned(),
            vec![width, shape.vocabulary],
            matrices,
        ),
        ("output_norm.weight".to_owned(), vec![width], F32),
    ];
    for layer in 0..shape.layers {
        let parts = [
            ("attn_norm", vec![width], F32),
            ("ffn_norm", vec![width], F32),
            ("attn_q", vec![width, width], matrices),
            ("attn_k", vec![width, kv], matrices),
            ("attn_v", vec![width, kv], matrices),
            ("attn_output", vec![width, width], matrices),
            ("ffn_gate", vec![width, shape.feed_forward], matrices),
            ("ffn_up", vec![width, shape.feed_forward], matrices),
            ("ffn_down", vec![shape.feed_forward, width], matrices),
        ];
        for (name, dimensions, kind) in parts {
            list.push((format!("blk.{layer}.{name}.weight"), dimensions, kind));
        }
    }
    list
}

fn bytes_of(dimensions: &[u64], kind: Quantization) -> u64 {
    let values: u64 = dimensions.iter().product();
    let (length, bytes) = kind.block();
    values / length * bytes
}

fn write_weights(
    file: &mut impl Write,
    dimensions: &[u64],
    kind: Quantization,
    random: &mut Random,
) {
    // Scales as halves that leave weights of about the spread that training leaves.
    let (scale, small): (u16, u16) = (0x0E8E, 0x068E);
    let size = usize::try_from(bytes_of(dimensions, kind)).unwrap();
    let mut bytes = Vec::with_capacity(size.next_multiple_of(32));
    let mut noise = |bytes: &mut Vec<u8>, count: usize| {
        for _ in 0..count {
            bytes.extend(random.bits().to_le_bytes());
        }
    };
    while bytes.len() < size {
        match kind {
            F32 => bytes.extend(1.0_f32.to_le_bytes()),
            Quantization::Q4_0 => {
                // Sixteen times coarser than eight bits.
                bytes.extend(0x1E8E_u16.to_le_bytes());
                noise(&mut bytes, 2);
            }
            Quantization::Q8_0 => {
                bytes.extend(scale.to_le_bytes());
                noise(&mut bytes, 4);
            }
            Quantization::Q4K => {
                bytes.extend(small.to_le_bytes());
                bytes.extend(small.to_le_bytes());
                // Twelve bytes of scales and 128 of weights.
                noise(&mut bytes, 17);
                bytes.extend([0x77; 4]);
            }
        }
    }
    bytes.resize(size.next_multiple_of(32), 0);
    file.write_all(&bytes).unwrap();
}

/// The entries of Ember's header that describe its tokenizer, with words added.
fn tokenizer(vocabulary: u64) -> Vec<Vec<u8>> {
    let mut header = Vec::new();
    File::open(place::ember())
        .unwrap()
        .take(1 << 20)
        .read_to_end(&mut header)
        .unwrap();
    let mut at = 16;
    let count = number(&header, &mut at, 8);
    let mut entries = Vec::new();
    for _ in 0..count {
        let start = at;
        let length = number(&header, &mut at, 8);
        let key = String::from_utf8(header[at..at + length].to_vec()).unwrap();
        at += length;
        let kind_at = at;
        let kind = number(&header, &mut at, 4);
        skip(&header, &mut at, kind);
        if key.starts_with("tokenizer.") {
            let mut entry = header[start..at].to_vec();
            let filler: Option<fn(u64) -> Vec<u8>> = match key.as_str() {
                "tokenizer.ggml.tokens" => Some(|index| text(&format!("w{index}"))),
                "tokenizer.ggml.token_type" => Some(|_| 1_i32.to_le_bytes().into()),
                "tokenizer.ggml.scores" => Some(|_| 0_f32.to_le_bytes().into()),
                _ => None,
            };
            if let Some(filler) = filler {
                let length_at = kind_at - start + 8;
                let mut cursor = length_at;
                let have = number(&entry, &mut cursor, 8) as u64;
                entry[length_at..length_at + 8].copy_from_slice(&vocabulary.to_le_bytes());
                (have..vocabulary).for_each(|index| entry.extend(filler(index)));
            }
            entries.push(entry);
        }
    }
    entries
}

fn skip(bytes: &[u8], at: &mut usize, kind: usize) {
    match kind {
        0 | 1 | 7 => *at += 1,
        2 | 3 => *at += 2,
        4..=6 => *at += 4,
        8 => {
            let length = number(bytes, at, 8);
            *at += length;
        }
        9 => {
            let kind = number(bytes, at, 4);
            let length = number(bytes, at, 8);
            (0..length).for_each(|_| skip(bytes, at, kind));
        }
        _ => *at += 8,
    }
}

fn number(bytes: &[u8], at: &mut usize, width: usize) -> usize {
    let mut number = [0; 8];
    number[..width].copy_from_slice(&bytes[*at..*at + width]);
    *at += width;
    usize::try_from(u64::from_le_bytes(number)).unwrap()
}
