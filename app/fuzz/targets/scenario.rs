//! Whatever a file of a scenario holds.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lockstep_fuzz::inputs::scenario(input));
