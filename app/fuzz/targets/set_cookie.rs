//! Whatever a server sends as `Set-Cookie`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| lockstep_fuzz::inputs::set_cookie(input));
