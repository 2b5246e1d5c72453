//! The second signature of an ECDSA token: whoever knows r, s can write r, n − s, which holds as well.

use super::{Forged, NotApplicable, Sample, not_applicable};
use crate::inspect::decode::compact;

/// The order of P-256 (SEC 2 section 2.4.2), the highest octet first.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// The same token with its other signature: other octets, the same meaning.
pub(super) fn twin(sample: &Sample) -> Result<Vec<Forged>, NotApplicable> {
    let token = sample.token()?;
    let alg = token.says("alg").unwrap_or_default();
    let signature = token.signature.as_slice().split_first_chunk::<32>();
    let Some((r, s)) = signature.filter(|_| alg == "ES256") else {
        return Err(not_applicable(format!("only ECDSA signatures have a twin, and this one is {alg}")));
    };
    let s: &[u8; 32] =
        s.try_into().map_err(|_| not_applicable("this is no ES256 signature: it has other than 64 octets"))?;
    let twin = [r.as_slice(), &minus(&ORDER, s)].concat();
    Ok(vec![Forged::new("r, n − s", compact(&token.signing_input, &twin))])
}

/// a − b, for b ≤ a.
fn minus(a: &[u8; 32], b: &[u8; 32]) -> [u8; 32] {
    let mut result = [0; 32];
    let mut borrow = false;
    for at in (0..32).rev() {
        let (less, first) = a[at].overflowing_sub(b[at]);
        let (less, second) = less.overflowing_sub(borrow.into());
        (result[at], borrow) = (less, first || second);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subtraction_carries() {
        let mut one = [0; 32];
        one[31] = 1;
        assert_eq!(minus(&ORDER, &ORDER), [0; 32]);
        assert_eq!(minus(&ORDER, &minus(&ORDER, &one)), one);
        let mut large = [0; 32];
        large[0] = 1;
        assert_eq!(minus(&large, &one), std::array::from_fn(|at| if at == 0 { 0 } else { 0xff }));
    }
}
