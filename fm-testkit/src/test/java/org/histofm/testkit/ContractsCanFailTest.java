package org.histofm.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Every promise of a contract is broken once, and the test that stands for it notices. */
class ContractsCanFailTest {
  @AfterEach
  void repair() {
    FaultyBackbone.fault = null;
    FaultyAdapter.fault = null;
    FaultyTrainable.fault = null;
    FaultyDataset.fault = null;
    FaultyEvaluator.fault = null;
    FaultySlideReader.fault = null;
    FaultySampleReader.fault = null;
  }

  @ParameterizedTest
  @ValueSource(
      classes = {
        FaultyBackbone.Contract.class,
        FaultyAdapter.Contract.class,
        FaultyTrainable.Contract.class,
        FaultyDataset.Contract.class,
        FaultyEvaluator.Contract.class,
        FaultySlideReader.Contract.class,
        FaultySampleReader.Contract.class
      })
  void contract_ofSoundPlugin_holds(Class<?> contract) {
    Events events = run(contract, "");
    assertThat(names(events.succeeded())).as("tests of the contract").hasSizeGreaterThan(10);
    assertThat(names(events.failed())).as("failed tests").isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void backboneContract_ofFault_fails(FaultyBackbone.Fault fault) {
    FaultyBackbone.fault = fault;
    assertNotices(FaultyBackbone.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void trainableBackboneContract_ofFault_fails(FaultyTrainable.Fault fault) {
    FaultyTrainable.fault = fault;
    assertNotices(FaultyTrainable.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void adapterContract_ofFault_fails(FaultyAdapter.Fault fault) {
    FaultyAdapter.fault = fault;
    assertNotices(FaultyAdapter.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void datasetContract_ofFault_fails(FaultyDataset.Fault fault) {
    FaultyDataset.fault = fault;
    assertNotices(FaultyDataset.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void evaluatorContract_ofFault_fails(FaultyEvaluator.Fault fault) {
    FaultyEvaluator.fault = fault;
    assertNotices(FaultyEvaluator.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void slideReaderContract_ofFault_fails(FaultySlideReader.Fault fault) {
    FaultySlideReader.fault = fault;
    assertNotices(FaultySlideReader.Contract.class, fault.noticedBy);
  }

  @ParameterizedTest
  @EnumSource
  void sampleReaderContract_ofFault_fails(FaultySampleReader.Fault fault) {
    FaultySampleReader.fault = fault;
    assertNotices(FaultySampleReader.Contract.class, fault.noticedBy);
  }

  @Test
  void constructor_thatLoadsNativeCode_fails() {
    assertNotices(FaultyBackbone.HeavyContract.class, "constructor_isPublicAndLight");
  }

  private static void assertNotices(Class<?> contract, String test) {
    Events events = run(contract, test);
    assertThat(names(events.started())).as("tests named " + test).containsOnly(test);
    assertThat(names(events.failed())).as("failed tests").containsOnly(test);
  }

  /** Runs the test methods of {@code contract} whose name starts with {@code prefix}. */
  private static Events run(Class<?> contract, String prefix) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(contract))
        .filters(
            (PostDiscoveryFilter)
                test ->
                    FilterResult.includedIf(
                        test.isContainer() || test.getDisplayName().startsWith(prefix)))
        .execute()
        .testEvents();
  }

  private static List<String> names(Events events) {
    return events
        .map(event -> event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", ""))
        .toList();
  }
}
