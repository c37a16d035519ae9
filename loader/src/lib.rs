//! Policy folders and guard.yaml in, a bundle and a configuration out, every error with its position.
//!
//! The meeting point of guard-manifest (which reads YAML and knows positions) and guard-engine (which judges values and knows paths):
//! both programs load through here, so that one mistake has one message. The default library is embedded here.
