package org.histofm.eval.metric;

import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.plugin.Options;
import org.histofm.testkit.EvaluatorContract;

class BootstrapEvaluatorContractTest extends EvaluatorContract {
  @Override
  protected EvaluatorProvider provider() {
    return new ClassificationEvaluatorProvider();
  }

  @Override
  protected Options options() {
    return Options.none().with("interval", "percentile-bootstrap");
  }
}
