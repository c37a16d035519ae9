//! What is loaded, and what each mistake is answered with.

#[cfg(test)]
mod bundles;
#[cfg(test)]
mod configs;
#[cfg(test)]
mod default_library;
#[cfg(test)]
mod documentation;
#[cfg(test)]
mod finding;
#[cfg(test)]
mod lenient;
#[cfg(test)]
mod schemas;
#[cfg(test)]
mod support;
#[cfg(test)]
mod writing_policies;
