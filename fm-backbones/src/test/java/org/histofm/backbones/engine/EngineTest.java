package org.histofm.backbones.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.histofm.EnvironmentException;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final String SOURCE =
      """
      class Sum(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        kept : Tensor
        empty : Tensor
        def keep(self: __torch__.histofm.Sum, x: Tensor) -> NoneType:
          self.kept = torch.to(x, 6, False, True)
          return None
        def forward(self: __torch__.histofm.Sum, x: Tensor) -> Tensor:
          return torch.add(self.kept, x)
        def size(self: __torch__.histofm.Sum) -> Tensor:
          return torch.add(torch.zeros([1]), torch.numel(self.empty))
      """;

  private final Engine engine = Engine.start(EngineSettings.defaults());

  @Test
  void start_sameSettingsAgain_isTheSameEngine() {
    assertThat(Engine.start(EngineSettings.defaults())).isSameAs(engine);
  }

  @Test
  void start_otherSettings_isRefusedNamingBoth() {
    EngineSettings other = EngineSettings.defaults().withInteropThreads(3);
    assertThatThrownBy(() -> Engine.start(other))
        .isInstanceOf(EnvironmentException.class)
        .hasMessageContaining(EngineSettings.defaults().toString())
        .hasMessageContaining("3 inter-operator threads");
  }

  @Test
  void start_done_djlIsOfflineAndSilent() {
    assertThat(ai.djl.util.Utils.isOfflineMode()).isTrue();
    assertThat(ai.djl.util.Utils.getEnvOrSystemProperty("OPT_OUT_TRACKING")).isEqualTo("true");
  }

  @Test
  void facts_always_nameVersionsAndDevice() {
    assertThat(engine.facts().asMap())
        .containsEntry("engine", "DJL 0.35.1, libtorch 2.7.1")
        .containsEntry("device", "cpu")
        .containsKeys("processor", "threads");
  }

  @Test
  void module_keptTensor_survivesTheBufferItCameFrom() {
    int before = engine.openHandles();
    try (EngineModule module = EngineModule.load(engine, "Sum", SOURCE, List.of("kept", "empty"));
        EngineTensor buffer = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, 6)) {
      buffer.floats().put(new float[] {1, 2, 3, 4, 5, 6});
      try (EngineTensor view = buffer.view(2, 2)) {
        assertThat(view.shape()).containsExactly(2, 2);
        module.run("keep", view);
      }
      buffer.floats().put(new float[] {10, 20, 30, 40, 50, 60});
      try (EngineTensor view = buffer.view(2, 2);
          EngineTensor sum = module.call("forward", view)) {
        float[] values = new float[4];
        sum.floats().get(values);
        assertThat(values).containsExactly(11, 22, 33, 44);
      }
      try (EngineTensor size = module.call("size")) {
        assertThat(size.floats().get(0)).isZero();
      }
      assertThat(engine.openHandles()).isEqualTo(before + 2);
    }
    assertThat(engine.openHandles()).isEqualTo(before);
  }

  @Test
  void module_textTheEngineDoesNotTake_isRefusedAndLeavesNothingOpen() {
    int before = engine.openHandles();
    String source = SOURCE.replace("torch.numel", "torch.no_such_operator");
    assertThatThrownBy(() -> EngineModule.load(engine, "Sum", source, List.of("kept", "empty")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no_such_operator");
    assertThat(engine.openHandles()).isEqualTo(before);
  }

  @Test
  void module_failingCall_namesTheMethod() {
    try (EngineModule module = EngineModule.load(engine, "Sum", SOURCE, List.of("kept", "empty"));
        EngineTensor three = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, 3);
        EngineTensor two = EngineTensor.allocate(engine, EngineTensor.Type.FLOAT32, 2)) {
      module.run("keep", three);
      assertThatThrownBy(() -> module.call("forward", two))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("forward");
    }
  }

  @Test
  void closedModuleAndTensor_use_isRefused() {
    EngineModule module = EngineModule.load(engine, "Sum", SOURCE, List.of("kept", "empty"));
    EngineTensor tensor = EngineTensor.allocate(engine, EngineTensor.Type.UINT8, 2);
    module.close();
    module.close();
    tensor.close();
    tensor.close();
    assertThatThrownBy(() -> module.call("forward")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(tensor::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void tensor_wrongUse_isRefused() {
    try (EngineTensor bytes = EngineTensor.allocate(engine, EngineTensor.Type.UINT8, 4)) {
      assertThatThrownBy(bytes::floats).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> bytes.view(5)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void settings_impossible_areRefused() {
    EngineSettings settings = EngineSettings.defaults();
    assertThatThrownBy(() -> settings.withThreads(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> settings.withHostDjl(" "))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
