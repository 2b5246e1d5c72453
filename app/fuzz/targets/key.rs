//! Whatever is given as a key.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lockstep_fuzz::inputs::key(input));
