//! What a sandbox may use and see, shown by components small enough to do one
//! wrong thing each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_cases::Replay;
use connector_host::{ConnectorPre, Engine, Environment, Limits, Sandbox, SandboxError};
use test_support::tiny::{OK, component, grow_to};
use tokio::time::timeout;
use wasmtime::component::Component;

const MIB: usize = 1024 * 1024;

async fn sandbox(body: &str, limits: Limits) -> Sandbox {
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), component(body)).unwrap();
    let plugin = ConnectorPre::new(&engine, &component, limits).unwrap();
    fresh(&plugin).await
}

async fn fresh(plugin: &ConnectorPre) -> Sandbox {
    let transport = Arc::new(Replay::new(&[]));
    plugin
        .sandbox(&Environment::new(), transport)
        .await
        .unwrap()
}

/// The error that `invoke` ends with.
async fn error_of(body: &str, limits: Limits) -> SandboxError {
    let mut sandbox = sandbox(body, limits).await;
    sandbox.invoke("any", "{}").await.unwrap_err()
}

#[tokio::test]
async fn a_trap_names_the_functions_it_was_in() {
    let error = error_of("(call $inner) (unreachable)", Limits::default()).await;
    assert_eq!(
        error.to_string(),
        "sandbox: the component trapped: wasm trap: wasm `unreachable` instruction executed, \
         in inner < invoke"
    );
}

#[tokio::test]
async fn endless_recursion_is_a_trap() {
    let error = error_of("(call $recurse) (unreachable)", Limits::default()).await;
    assert!(
        error.to_string().contains("call stack exhausted"),
        "{error}"
    );
}

/// Two components in one engine, one of which traps again and again, more often
/// than the engine has places.
#[tokio::test]
async fn a_trap_costs_only_its_own_sandbox() {
    let engine = Engine::new().unwrap();
    let plugin = |body| {
        let component = Component::new(engine.wasmtime(), component(body)).unwrap();
        ConnectorPre::new(&engine, &component, Limits::default()).unwrap()
    };
    let (works, traps) = (plugin(OK), plugin("(call $inner) (unreachable)"));
    for _ in 0..=works.capacity() {
        let (mut trapping, mut working) = (fresh(&traps).await, fresh(&works).await);
        let (trapped, worked) =
            tokio::join!(trapping.invoke("any", "{}"), working.invoke("any", "{}"));
        assert!(
            matches!(trapped, Err(SandboxError::Trap { .. })),
            "{trapped:?}"
        );
        assert_eq!(worked.unwrap().unwrap(), "1");
    }
}

#[tokio::test]
async fn a_sandbox_too_many_waits_for_a_place() {
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), component(OK)).unwrap();
    let plugin = ConnectorPre::new(&engine, &component, Limits::default()).unwrap();
    let mut held = Vec::new();
    for _ in 0..plugin.capacity() {
        held.push(fresh(&plugin).await);
    }
    let mut waiting = pin!(fresh(&plugin));
    let soon = Duration::from_millis(100);
    assert!(timeout(soon, &mut waiting).await.is_err(), "none is free");
    held.pop();
    let mut one_more = waiting.await;
    assert_eq!(one_more.invoke("any", "{}").await.unwrap().unwrap(), "1");
}

#[tokio::test]
async fn a_limit_below_what_a_component_begins_with_is_named() {
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), component(OK)).unwrap();
    let limits = Limits {
        memory_bytes: 1024,
        ..Limits::default()
    };
    let connector = ConnectorPre::new(&engine, &component, limits).unwrap();
    let transport = Arc::new(Replay::new(&[]));
    let made = connector.sandbox(&Environment::new(), transport).await;
    assert!(matches!(
        made,
        Err(SandboxError::OutOfMemory { bytes: 1024 })
    ));
}

#[tokio::test]
async fn the_memory_limit_holds() {
    let limits = Limits {
        memory_bytes: 4 * MIB,
        ..Limits::default()
    };
    let mut within = sandbox(&grow_to(64), limits).await;
    assert_eq!(within.invoke("any", "{}").await.unwrap().unwrap(), "1");
    let error = error_of(&grow_to(65), limits).await;
    assert!(
        matches!(error, SandboxError::OutOfMemory { bytes } if bytes == 4 * MIB),
        "{error}"
    );
}

#[tokio::test]
async fn the_cpu_limit_ends_an_endless_loop() {
    let limits = Limits {
        cpu: Duration::from_millis(100),
        ..Limits::default()
    };
    let start = Instant::now();
    let error = error_of("(loop $l (br $l)) (unreachable)", limits).await;
    assert!(matches!(error, SandboxError::OutOfCpu { .. }), "{error}");
    assert!(start.elapsed() >= limits.cpu);
}

#[tokio::test]
async fn the_wall_limit_ends_it_too() {
    let limits = Limits {
        wall: Duration::from_millis(100),
        ..Limits::default()
    };
    let error = error_of("(loop $l (br $l)) (unreachable)", limits).await;
    assert!(matches!(error, SandboxError::OutOfTime { .. }), "{error}");
}

#[tokio::test]
async fn a_fresh_sandbox_sees_nothing_of_the_previous() {
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), component(OK)).unwrap();
    let plugin = ConnectorPre::new(&engine, &component, Limits::default()).unwrap();
    let mut first = fresh(&plugin).await;
    assert_eq!(first.invoke("any", "{}").await.unwrap().unwrap(), "1");
    assert_eq!(
        first.invoke("any", "{}").await.unwrap().unwrap(),
        "2",
        "it does count"
    );
    drop(first);
    let mut second = fresh(&plugin).await;
    assert_eq!(second.invoke("any", "{}").await.unwrap().unwrap(), "1");
}

#[tokio::test]
async fn a_sandbox_sees_its_own_environment_only() {
    let ask = async |environment: &[(&str, &str)]| {
        let pairs = environment
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let transport = Arc::new(Replay::new(&[]));
        let environment: Environment = pairs.collect();
        let plugin = test_support::connector();
        let mut sandbox = plugin.sandbox(&environment, transport).await.unwrap();
        let error = sandbox
            .invoke("test-connection", "{}")
            .await
            .unwrap()
            .unwrap_err();
        connector_host::explain(&error)
    };
    let with = ask(&[("INTERCOM_ACCESS_TOKEN", "t"), ("INTERCOM_REGION", "mars")]).await;
    assert!(
        with.contains("INTERCOM_REGION") && with.contains("mars"),
        "{with}"
    );
    let without = ask(&[]).await;
    assert!(without.contains("INTERCOM_ACCESS_TOKEN"), "{without}");
    assert!(!without.contains("mars"), "{without}");
}

#[tokio::test]
async fn a_component_that_wants_more_than_is_given_does_not_link() {
    let engine = Engine::new().unwrap();
    let wants_more = r#"(component (import "engine-secret" (func)))"#;
    let component = Component::new(engine.wasmtime(), wat::parse_str(wants_more).unwrap()).unwrap();
    let Err(error) = ConnectorPre::new(&engine, &component, Limits::default()) else {
        panic!("it linked");
    };
    assert!(error.to_string().contains("engine-secret"), "{error}");
    // Nor one that wants of WASI what a connector does not need.
    for (interface, function, links) in [
        ("wasi:clocks/monotonic-clock", "now", true),
        ("wasi:random/random", "get-random-u64", false),
        ("wasi:random/insecure", "get-insecure-random-u64", false),
    ] {
        let wants = format!(
            r#"(component (import "{interface}@0.2.0"
                (instance (export "{function}" (func (result u64))))))"#
        );
        let component = Component::new(engine.wasmtime(), wat::parse_str(wants).unwrap());
        let Err(error) = ConnectorPre::new(&engine, &component.unwrap(), Limits::default()) else {
            panic!("it has no exports");
        };
        // What links is missed for its exports only.
        let refused = error.to_string().contains(interface);
        assert_eq!(refused, !links, "{interface}: {error}");
    }
}
