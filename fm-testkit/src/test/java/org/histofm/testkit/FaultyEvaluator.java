package org.histofm.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.histofm.ApiVersion;
import org.histofm.dataset.Task;
import org.histofm.evaluation.Estimate;
import org.histofm.evaluation.EvaluationRequest;
import org.histofm.evaluation.Evaluator;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.evaluation.Range;
import org.histofm.evaluation.Score;
import org.histofm.evaluation.ScoredSamples;
import org.histofm.plugin.Options;
import org.jspecify.annotations.Nullable;

/** Accuracy and the recall of the last class, sound or with one fault at a time. */
final class FaultyEvaluator {
  /** What is wrong, and the test of {@link EvaluatorContract} that has to notice. */
  enum Fault {
    SUPPORTS_EVERYTHING_BUT_TWO("supports_tellsWhatIsTaken"),
    TWO_CLASSES_ONLY("supports_tellsWhatIsTaken"),
    FAILS_ON_THREE("evaluate_everySupportedTask_givesEstimates"),
    NO_ESTIMATE("evaluate_everySupportedTask_givesEstimates"),
    NAME_TWICE("evaluate_otherPredictions_givesTheSameNames"),
    NAME_HAS_N("evaluate_otherPredictions_givesTheSameNames"),
    UNDEFINED_LEFT_OUT("evaluate_otherPredictions_givesTheSameNames"),
    DEPENDS_ON_ORDER("evaluate_samplesInOtherOrder_givesTheSameValues"),
    DRIFTS("evaluate_again_givesTheSameValues"),
    NAN("evaluate_whereUndefined_saysWhy"),
    REASON_BLANK("evaluate_whereUndefined_saysWhy"),
    OPTIONS_IGNORED("option_unknown_isRefusedByName");

    final String noticedBy;

    Fault(String noticedBy) {
      this.noticedBy = noticedBy;
    }
  }

  static @Nullable Fault fault;

  private static final AtomicInteger COUNTER = new AtomicInteger();

  private FaultyEvaluator() {}

  private static boolean is(Fault wanted) {
    return fault == wanted;
  }

  /** Runs in {@link ContractsCanFailTest}. */
  static final class Contract extends EvaluatorContract {
    @Override
    protected EvaluatorProvider provider() {
      return new Provider();
    }
  }

  /** Offers it as {@code accuracy}. */
  public static final class Provider implements EvaluatorProvider {
    @Override
    public int apiVersion() {
      return ApiVersion.CURRENT;
    }

    @Override
    public List<String> ids() {
      return List.of("accuracy");
    }

    @Override
    public String summary(String id) {
      return "accuracy and recall";
    }

    @Override
    public Evaluator create(String id, Options options) {
      if (!is(Fault.OPTIONS_IGNORED)) {
        options.allow("evaluator accuracy");
      }
      return new Accuracy();
    }
  }

  private static final class Accuracy implements Evaluator {
    @Override
    public boolean supports(Task task) {
      int classes = ((Task.Classification) task).classes().size();
      return classes == 2 ? !is(Fault.SUPPORTS_EVERYTHING_BUT_TWO) : !is(Fault.TWO_CLASSES_ONLY);
    }

    @Override
    public List<Estimate> evaluate(EvaluationRequest request) {
      int classes = ((Task.Classification) request.task()).classes().size();
      if (is(Fault.FAILS_ON_THREE) && classes > 2) {
        throw new UnsupportedOperationException("two classes only");
      }
      String name = "accuracy";
      if (is(Fault.NAME_HAS_N)) {
        name += " of " + request.runs().get(0).size();
      }
      List<Estimate> estimates = new ArrayList<>();
      estimates.add(request.estimate(name, Range.UNIT, Accuracy::accuracy));
      Estimate recall =
          request.estimate(
              is(Fault.NAME_TWICE) ? name : "recall", Range.UNIT, s -> recall(s, classes - 1));
      if (recall.value().isPresent() || !is(Fault.UNDEFINED_LEFT_OUT)) {
        estimates.add(recall);
      }
      return is(Fault.NO_ESTIMATE) ? List.of() : estimates;
    }

    private static Score accuracy(ScoredSamples samples) {
      double right = is(Fault.DRIFTS) ? COUNTER.incrementAndGet() * 1e-6 : 0;
      for (int i = 0; i < samples.size(); i++) {
        double weight = is(Fault.DEPENDS_ON_ORDER) ? 1.0 / (i + 1) : 1;
        right += samples.predicted(i) == samples.label(i) ? weight : 0;
      }
      return Score.of(right / samples.size());
    }

    private static Score recall(ScoredSamples samples, int label) {
      double right = 0;
      int all = 0;
      for (int i = 0; i < samples.size(); i++) {
        if (samples.label(i) == label) {
          all++;
          right += samples.predicted(i) == label ? 1 : 0;
        }
      }
      if (all == 0 && !is(Fault.NAN)) {
        return Score.undefined(is(Fault.REASON_BLANK) ? " " : "no sample of the last class");
      }
      return Score.of(right / all);
    }
  }
}
