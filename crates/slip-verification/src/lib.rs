//! Payment slips of Thai banks: read and build the mini-QR and PromptPay codes.
#![forbid(unsafe_code)]
