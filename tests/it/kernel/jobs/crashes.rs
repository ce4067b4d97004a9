//! Workers that end without a word, wherever it hurts.
