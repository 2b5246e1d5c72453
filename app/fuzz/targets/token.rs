//! Whatever is pasted as a token.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lockstep_fuzz::inputs::token(input));
