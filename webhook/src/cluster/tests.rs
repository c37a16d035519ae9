//! A view of an API server that the test plays.

use super::*;

#[test]
fn without_a_cluster_nothing_is_known_and_nothing_is_waited_for() {
    let view = View::none();
    assert!(view.is_synced());
    assert_eq!((view.namespace("default"), view.kinds(), view.unsent()), (None, vec![], None));
    assert_eq!(view.inventory().version(), 0);
}
