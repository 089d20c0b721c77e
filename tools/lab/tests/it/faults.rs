//! What every action comes to under every fault: `docs/faults.md`, run.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::net::SocketAddr;
use std::sync::Arc;

use intercom_double::FaultServer;
use intercom_double::faults::NONE;
use lab::resilience::matrix::{Cell, faults, matrix};
use lab::resilience::{Runner, Verdict, calls::CALLS};
use tokio::net::TcpStream;

async fn runner(server: &FaultServer) -> Runner {
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    Runner::new(plugin, manifest, server.addresses(), server.log())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_holds() {
    let server = FaultServer::start().await.unwrap();
    let runner = Arc::new(runner(&server).await);
    let rows = matrix(&runner, &faults("")).await.unwrap();
    let cells: Vec<&Cell> = rows.iter().flatten().collect();
    assert_eq!(cells.len(), faults("").len() * CALLS.len());
    let failed: Vec<_> = cells.iter().filter(|cell| !cell.holds()).collect();
    let reports: Vec<_> = failed.iter().map(|cell| cell.report()).collect();
    assert!(reports.is_empty(), "{}", reports.join("\n"));
    assert!(server.log().duplicated_writes().is_empty());
}

#[tokio::test]
async fn a_killed_server_refuses_and_comes_back_on_its_port() {
    let mut server = FaultServer::start().await.unwrap();
    let runner = runner(&server).await;
    let network = runner.network().unwrap();
    let [call, ..] = &CALLS;
    for (number, alive) in [(0, true), (1, false), (2, true)] {
        match alive {
            true => server.restart().await.unwrap(),
            false => server.kill().await,
        }
        let ended = runner.run(&network, call, &NONE, number, &[]).await;
        let expected = match alive {
            true => Verdict::Success,
            false => Verdict::Retryable("network"),
        };
        assert_eq!(ended.verdict, Ok(expected), "{}", ended.told);
        assert_eq!(ended.seen.written, u64::from(alive));
    }
}

/// Only what does not listen refuses: a port that another process could take
/// would make of `refused` something else.
#[tokio::test]
async fn a_closed_port_stays_closed() {
    let server = FaultServer::start().await.unwrap();
    let refused = faults("refused").pop().unwrap();
    let url = server.addresses().base_url(refused, 0);
    let authority = url.strip_prefix("http://").unwrap().split('/').next();
    let address: SocketAddr = authority.unwrap().parse().unwrap();
    assert!(TcpStream::connect(address).await.is_err());
    assert!(
        std::net::TcpListener::bind(address).is_ok(),
        "it is ours to take"
    );
}
