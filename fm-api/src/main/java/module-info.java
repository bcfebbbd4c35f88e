/** The values and plugin points of HistoFM. */
module org.histofm.api {
  requires static transitive org.jspecify;

  exports org.histofm;
  exports org.histofm.adapter;
  exports org.histofm.backbone;
  exports org.histofm.dataset;
  exports org.histofm.evaluation;
  exports org.histofm.plugin;
  exports org.histofm.provenance;
  exports org.histofm.slide;
  exports org.histofm.tile;

  uses org.histofm.adapter.AdapterProvider;
  uses org.histofm.backbone.BackboneProvider;
  uses org.histofm.dataset.DatasetProvider;
  uses org.histofm.evaluation.EvaluatorProvider;
  uses org.histofm.slide.SlideReaderProvider;
}
