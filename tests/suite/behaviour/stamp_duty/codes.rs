//! Every code that the documentation lists can be met.

use super::desk::{Desk, form, log_in};
use crate::behaviour::{
    behaviour,
    world::{Network, World},
};
use satang_core::sandbox::NewFault;
use satang_gateway::demo;
use satang_schema::{sandbox::FaultKind, stamp_duty::ResponseCode};

async fn transient_codes_come_on_request<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    for code in ["E07102", "E07105", "E07107", "E07112"] {
        let mut asked = form(1);
        asked["documentDetail"]["requestId"] = format!("{code}-1").into();
        desk.file(&world, &asked).await.expect(200, code);
    }
    // Other codes are not to be had that way.
    for request_id in ["E07108-1", "E07103-1", "I07001-1", "E07102"] {
        let mut asked = form(1);
        asked["documentDetail"]["requestId"] = request_id.into();
        desk.file(&world, &asked).await.expect(200, "I07000");
    }
    assert_eq!(world.count("SELECT count(*) FROM filing WHERE filer = $1", demo::FILER).await, 4);
}

async fn faults_strike_filers_as_well<N: Network>(world: World<N>) {
    let desk = Desk::of(&world, demo::FILER).await;
    let agent = Desk::of(&world, "demo-agent").await;
    let fault = NewFault {
        kind: FaultKind::Error,
        partner: demo::FILER.parse().ok(),
        operation: "submit_filing".parse().ok(),
        delay_milliseconds: None,
        status: 503.try_into().ok(),
        bytes_per_second: None,
        times: 1.try_into().ok(),
    };
    world.control().add_fault(&fault).await.unwrap();
    let form = form(1);
    agent.file(&world, &form).await.expect(200, "I07000");
    desk.payment_status(&world, "1").await.expect(200, "E07100");
    desk.file(&world, &form).await.expect(503, "E07000");
    desk.file(&world, &form).await.expect(200, "I07000");
}

async fn a_login_that_is_served_no_more_has_its_code<N: Network>(world: World<N>) {
    log_in(&world, "demo-filer-ended", demo::FILER_PASSWORD).await.expect(200, "E07106");
}

behaviour! { transient_codes_come_on_request, faults_strike_filers_as_well, a_login_that_is_served_no_more_has_its_code }

/// The table of the documentation says how each code is met, and leaves none out.
#[test]
fn every_code_stands_in_the_documentation() {
    let documented = include_str!("../../../../docs/stamp-duty.md");
    for code in ResponseCode::ALL {
        let row = format!("| `{}` |", code.as_str());
        assert!(documented.contains(&row), "{row}");
    }
}
