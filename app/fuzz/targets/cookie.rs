//! Whatever a client sends as `Cookie`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lockstep_fuzz::inputs::cookie(input));
