package org.histofm.testkit;

import org.histofm.evaluation.EvaluatorProvider;

class AccuracyEvaluatorContractTest extends EvaluatorContract {
  @Override
  protected EvaluatorProvider provider() {
    return new FaultyEvaluator.Provider();
  }
}
