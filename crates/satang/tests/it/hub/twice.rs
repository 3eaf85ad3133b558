//! A slip that is shown twice at the same moment: one of the two is the first, unless both pay for the same order.

use crate::{gateway_process::GatewayProcess, program::audit, random::from_environment};
use satang_core::slip_verification::Client as Contract;
use satang_gateway::{
    demo,
    store::{Store, StoreError, Tx},
};
use satang_schema::slip_verification::SlipToVerify;
use satang_transport::Client;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_equal_slips_at_once_one_is_the_first_unless_both_pay_for_one_order() {
    let races = from_environment("SATANG_RACES").unwrap_or(50);
    let directory = tempfile::tempdir().unwrap();
    let gateway = GatewayProcess::start(directory.path());
    // A till each: two connections.
    let [one, other] = [(); 2].map(|()| {
        let till = Client::builder(&gateway.base_url).bearer_token(demo::MERCHANT_KEY).retries(0);
        Contract::new(till.build().unwrap())
    });
    for race in 0..races {
        for (reference, order, expected) in [
            (format!("FOUND{race}A"), Value::Null, ["duplicate", "verified"]),
            (format!("FOUND{race}B"), format!("order-{race}").into(), ["verified", "verified"]),
        ] {
            let mut slip = json!({ "sendingBank": "999", "transRef": reference, "checkDuplicate": true });
            if !order.is_null() {
                slip["order"] = order;
            }
            let slip: SlipToVerify = serde_json::from_value(slip).unwrap();
            let (one, other) = tokio::join!(one.verify_slip(&slip), other.verify_slip(&slip));
            let mut outcomes =
                [one, other].map(|verdict| serde_json::to_value(verdict.unwrap().outcome).unwrap());
            outcomes.sort_unstable_by_key(Value::to_string);
            assert_eq!(outcomes, expected, "{reference}");
        }
    }
    assert_eq!(gateway.stop().code(), Some(0));
    let store = Store::open_read_only(directory.path()).unwrap();
    let count = |tx: &mut Tx<'_>| {
        tx.query_one("SELECT count(*) FROM seen_slip WHERE trans_ref LIKE 'FOUND%'", &[], |row| row.int(0))
    };
    let seen = store.read::<_, StoreError, _>(count).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(seen, i64::try_from(2 * races).ok());
    assert_eq!(audit(directory.path()).code(), Some(0));
    println!("{} pairs, {races} of them for one order", 2 * races);
}
