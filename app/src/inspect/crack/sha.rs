//! The compression functions of SHA-2 (FIPS 180-4), with the processor's own instructions where it has them.

use sha2::block_api::{compress256, compress512};

/// A hash of the SHA-2 family, block by block.
pub(super) trait Sha: 'static {
    /// As many octets as one compression takes in.
    type Block: Copy + AsRef<[u8]> + AsMut<[u8]> + Send + Sync;
    /// What is handed from one compression to the next.
    type State: Copy + Eq + Send + Sync;

    const START: Self::State;
    const EMPTY: Self::Block;
    /// Octets that a block has.
    const BLOCK: usize;
    /// Octets that the result has.
    const RESULT: usize;
    /// Octets at the end of a message that say how long it is.
    const LENGTH: usize;

    fn compress(state: &mut Self::State, blocks: &[Self::Block]);

    /// Writes the result to the front of a block.
    fn write(state: &Self::State, block: &mut Self::Block);

    /// The last state of which this is the result; None where it has another length. What a shorter result leaves out is 0.
    fn read(result: &[u8]) -> Option<Self::State>;

    /// The state without what the result leaves out.
    fn cut(state: Self::State) -> Self::State;
}

pub(super) struct Sha256;
pub(super) struct Sha384;
pub(super) struct Sha512;

impl Sha for Sha256 {
    type Block = [u8; 64];
    type State = [u32; 8];

    const START: Self::State =
        [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
    const EMPTY: Self::Block = [0; 64];
    const BLOCK: usize = 64;
    const RESULT: usize = 32;
    const LENGTH: usize = 8;

    #[inline(always)]
    fn compress(state: &mut Self::State, blocks: &[Self::Block]) {
        compress256(state, blocks);
    }

    #[inline(always)]
    fn write(state: &Self::State, block: &mut Self::Block) {
        for (at, word) in state.iter().enumerate() {
            block[4 * at..][..4].copy_from_slice(&word.to_be_bytes());
        }
    }

    fn read(result: &[u8]) -> Option<Self::State> {
        let words = result.as_chunks::<4>().0;
        (result.len() == Self::RESULT).then(|| std::array::from_fn(|at| u32::from_be_bytes(words[at])))
    }

    #[inline(always)]
    fn cut(state: Self::State) -> Self::State {
        state
    }
}

/// SHA-384 is SHA-512 from another start, and cut off.
macro_rules! of_512 {
    ($name:ty, $result:literal, $start:expr) => {
        impl Sha for $name {
            type Block = [u8; 128];
            type State = [u64; 8];

            const START: Self::State = $start;
            const EMPTY: Self::Block = [0; 128];
            const BLOCK: usize = 128;
            const RESULT: usize = $result;
            const LENGTH: usize = 16;

            #[inline(always)]
            fn compress(state: &mut Self::State, blocks: &[Self::Block]) {
                compress512(state, blocks);
            }

            #[inline(always)]
            fn write(state: &Self::State, block: &mut Self::Block) {
                for (at, word) in state.iter().take($result / 8).enumerate() {
                    block[8 * at..][..8].copy_from_slice(&word.to_be_bytes());
                }
            }

            fn read(result: &[u8]) -> Option<Self::State> {
                let words = result.as_chunks::<8>().0;
                let word = |at: usize| words.get(at).copied().map_or(0, u64::from_be_bytes);
                (result.len() == Self::RESULT).then(|| std::array::from_fn(word))
            }

            #[inline(always)]
            fn cut(mut state: Self::State) -> Self::State {
                state[$result / 8..].fill(0);
                state
            }
        }
    };
}

of_512!(
    Sha384,
    48,
    [
        0xcbbb_9d5d_c105_9ed8,
        0x629a_292a_367c_d507,
        0x9159_015a_3070_dd17,
        0x152f_ecd8_f70e_5939,
        0x6733_2667_ffc0_0b31,
        0x8eb4_4a87_6858_1511,
        0xdb0c_2e0d_64f9_8fa7,
        0x47b5_481d_befa_4fa4,
    ]
);

of_512!(
    Sha512,
    64,
    [
        0x6a09_e667_f3bc_c908,
        0xbb67_ae85_84ca_a73b,
        0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1,
        0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b,
        0x5be0_cd19_137e_2179,
    ]
);

/// The blocks of what comes after `before` whole blocks of a message: its last octets, the padding, and the length of all of
/// it (FIPS 180-4 section 5.1).
pub(super) fn last_blocks<S: Sha>(before: usize, octets: &[u8]) -> Vec<S::Block> {
    let bits = 8 * (before as u128 * S::BLOCK as u128 + octets.len() as u128);
    let mut padded = octets.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + S::LENGTH).next_multiple_of(S::BLOCK) - S::LENGTH, 0);
    padded.extend_from_slice(&bits.to_be_bytes()[16 - S::LENGTH..]);
    let block = |octets: &[u8]| {
        let mut block = S::EMPTY;
        block.as_mut().copy_from_slice(octets);
        block
    };
    padded.chunks_exact(S::BLOCK).map(block).collect()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest;

    use super::*;

    fn check<S: Sha>(other: &'static digest::Algorithm) {
        for length in [0, 1, 55, 56, 63, 64, 65, 111, 112, 127, 128, 129, 1000] {
            let octets: Vec<u8> = (0..length).map(|at| (at * 7) as u8).collect();
            let mut state = S::START;
            S::compress(&mut state, &last_blocks::<S>(0, &octets));
            let expected = digest::digest(other, &octets);
            let mut block = S::EMPTY;
            S::write(&state, &mut block);
            assert_eq!(&block.as_ref()[..S::RESULT], expected.as_ref(), "{length} octets");
            assert!(S::read(expected.as_ref()) == Some(S::cut(state)), "{length} octets");
            assert!(S::read(&expected.as_ref()[1..]).is_none());
        }
    }

    #[test]
    fn another_implementation_agrees() {
        check::<Sha256>(&digest::SHA256);
        check::<Sha384>(&digest::SHA384);
        check::<Sha512>(&digest::SHA512);
    }
}
