package org.histofm.eval.metric;

import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.testkit.EvaluatorContract;

class ClassificationEvaluatorContractTest extends EvaluatorContract {
  @Override
  protected EvaluatorProvider provider() {
    return new ClassificationEvaluatorProvider();
  }
}
