package org.histofm.eval.dataset;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.PublishedSplit;
import org.histofm.dataset.Sample;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;

/**
 * Data set {@code ami-br}: atypical and normal mitotic figures in breast cancer, as published: the
 * table {@code AMI-BR.csv} beside {@code patches/atypical} and {@code patches/normal}.
 *
 * <p>A row's image is {@code <dataset>_<uid>.png}, which without its ending is the id. The label is
 * the majority of three experts, and must agree with the image's folder; the classes are {@code
 * normal} and {@code atypical}, atypical the positive one. The group is cohort and slide, such as
 * {@code MIDOG21/002.tiff}, since slide names are unique in a cohort only; the domain is the
 * cohort. Samples stand in the order of the table.
 *
 * <p>Where {@code amibr_train_split.csv} lies beside the table, the split {@code authors} is
 * offered: the rows it names to train, all others to test.
 *
 * <p>Setting {@code votes=unanimous} keeps only the figures on which all three experts agree; the
 * default is {@code votes=majority}.
 *
 * @see "Bertram et al. 2025, Histologic Dataset of Normal and Atypical Mitotic Figures on Human
 *     Breast Cancer (AMi-Br), doi 10.1007/978-3-658-47422-5_25"
 */
public final class AmiBr implements DatasetProvider {
  private static final String ID = "ami-br";
  private static final String NORMAL = "normal";
  private static final String ATYPICAL = "atypical";
  private static final List<String> VOTES =
      List.of("expert1_atypical", "expert2_atypical", "expert3_atypical");
  private static final String AS_PUBLISHED = "Compare the folder with the published one.";

  /** For {@link java.util.ServiceLoader}. */
  public AmiBr() {}

  @Override
  public int apiVersion() {
    return ApiVersion.CURRENT;
  }

  @Override
  public List<String> ids() {
    return List.of(ID);
  }

  @Override
  public String summary(String id) {
    return "AMi-Br: atypical and normal mitoses in breast cancer, two cohorts, as published";
  }

  @Override
  public Cohort open(DatasetRequest request) {
    Options options = request.options().allow("data set " + ID, "votes");
    boolean unanimous = unanimous(options);
    Path folder = LabelledFiles.data(request);
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          folder + " is a file, expected the folder that holds AMI-BR.csv and patches.",
          "Check --data.");
    }
    Map<String, Figure> figures = figures(folder.resolve("AMI-BR.csv"));
    Map<String, String> classes = classesOnDisk(folder.resolve("patches"));
    compare(folder, figures, classes);
    LabelledFiles files = new LabelledFiles(request);
    for (Figure f : figures.values()) {
      if (f.unanimous() || !unanimous) {
        Path file = folder.resolve("patches").resolve(f.label()).resolve(f.id() + ".png");
        files.add(f.id(), f.label(), f.cohort() + "/" + f.slide(), "", f.cohort(), file);
      }
    }
    Cohort cohort =
        files.toCohort(
            "table " + folder.resolve("AMI-BR.csv"),
            new Task.Classification(List.of(NORMAL, ATYPICAL)));
    Path split = folder.resolve("amibr_train_split.csv");
    return Files.exists(split)
        ? cohort.withPublishedSplit(authorsSplit(split, figures, cohort))
        : cohort;
  }

  private static boolean unanimous(Options options) {
    String votes = options.text("votes", "majority");
    return switch (votes) {
      case "majority" -> false;
      case "unanimous" -> true;
      default ->
          throw new InputException(
              "setting votes=" + votes + " is not known.",
              "It is votes=majority (the default) or votes=unanimous.");
    };
  }

  /** One row of the table. */
  private record Figure(
      int line, String id, String cohort, String slide, String label, boolean unanimous) {}

  private static Map<String, Figure> figures(Path file) {
    CsvTable table = CsvTable.read(file);
    List<String> columns = new ArrayList<>(List.of("dataset", "uid", "slide", "majority_atypical"));
    columns.addAll(VOTES);
    table.require(columns, AS_PUBLISHED);
    TableProblems problems = new TableProblems(file);
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (CsvTable.Row row : table.rows()) {
      String cohort = table.cell(row, "dataset");
      String uid = table.cell(row, "uid");
      String slide = table.cell(row, "slide");
      if (!cohort.matches("[A-Za-z0-9]+") || !uid.matches("[0-9]+") || slide.isEmpty()) {
        problems.add("no dataset name, uid number or slide", row.line());
        continue;
      }
      String majority = table.cell(row, "majority_atypical");
      List<String> votes = VOTES.stream().map(vote -> table.cell(row, vote)).toList();
      if (!isBoolean(majority) || !votes.stream().allMatch(AmiBr::isBoolean)) {
        problems.add("an opinion other than True or False", row.line());
        continue;
      }
      long atypical = votes.stream().filter("True"::equals).count();
      if (majority.equals("True") != atypical >= 2) {
        problems.add("a majority_atypical that is not the majority of the experts", row.line());
      }
      String id = cohort + "_" + uid;
      Figure figure =
          new Figure(
              row.line(),
              id,
              cohort,
              slide,
              majority.equals("True") ? ATYPICAL : NORMAL,
              atypical == 0 || atypical == VOTES.size());
      Figure twin = figures.putIfAbsent(id, figure);
      if (twin != null) {
        problems.add(
            "the same figure twice",
            "lines " + twin.line() + " and " + row.line() + " (" + id + ")");
      }
    }
    problems.refuseAny(AS_PUBLISHED);
    return figures;
  }

  private static boolean isBoolean(String cell) {
    return cell.equals("True") || cell.equals("False");
  }

  /** The class of every image below {@code patches}, by id. */
  private static Map<String, String> classesOnDisk(Path patches) {
    Map<String, String> classes = new HashMap<>();
    TreeSet<String> twice = new TreeSet<>();
    for (String label : List.of(NORMAL, ATYPICAL)) {
      Path folder = patches.resolve(label);
      if (!Files.isDirectory(folder)) {
        throw new InputException("there is no folder " + folder + ".", AS_PUBLISHED);
      }
      try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[!.]*.png")) {
        for (Path file : files) {
          String name = String.valueOf(file.getFileName());
          String id = name.substring(0, name.length() - ".png".length());
          if (classes.putIfAbsent(id, label) != null) {
            twice.add(id);
          }
        }
      } catch (IOException e) {
        throw new InputException(
            "folder " + folder + " cannot be read (" + e + ").",
            "Check the disk and its rights.",
            e);
      }
    }
    if (!twice.isEmpty()) {
      throw new InputException(
          "images lie in both folders of " + patches + ": " + Listing.of(List.copyOf(twice)) + ".",
          AS_PUBLISHED);
    }
    return classes;
  }

  private static void compare(Path folder, Map<String, Figure> figures, Map<String, String> disk) {
    List<String> contradictions = new ArrayList<>();
    for (Figure f : figures.values()) {
      String label = disk.get(f.id());
      if (label != null && !label.equals(f.label())) {
        contradictions.add(f.id() + " (line " + f.line() + ": " + f.label() + ")");
      }
    }
    if (!contradictions.isEmpty()) {
      throw new InputException(
          "images lie in another folder of "
              + folder.resolve("patches")
              + " than table AMI-BR.csv says: "
              + Listing.of(contradictions)
              + ".",
          AS_PUBLISHED);
    }
    TreeSet<String> unknown = new TreeSet<>(disk.keySet());
    unknown.removeAll(figures.keySet());
    if (!unknown.isEmpty()) {
      throw new InputException(
          "images in "
              + folder.resolve("patches")
              + " have no row in table AMI-BR.csv: "
              + Listing.of(List.copyOf(unknown))
              + ".",
          AS_PUBLISHED);
    }
  }

  private static PublishedSplit authorsSplit(
      Path file, Map<String, Figure> figures, Cohort cohort) {
    CsvTable table = CsvTable.read(file);
    table.require(List.of("dataset_uid", "majority_atypical", "slide"), AS_PUBLISHED);
    TableProblems problems = new TableProblems(file);
    Set<String> named = new TreeSet<>();
    for (CsvTable.Row row : table.rows()) {
      String name = table.cell(row, "dataset_uid");
      String id = name.endsWith(".png") ? name.substring(0, name.length() - 4) : name;
      Figure figure = figures.get(id);
      if (figure == null) {
        problems.add("a figure that AMI-BR.csv does not name", row.line());
        continue;
      }
      String label = table.cell(row, "majority_atypical").equals("True") ? ATYPICAL : NORMAL;
      if (!figure.label().equals(label) || !figure.slide().equals(table.cell(row, "slide"))) {
        problems.add("another label or slide than in AMI-BR.csv", row.line());
      }
      if (!named.add(id)) {
        problems.add("a figure named before", row.line());
      }
    }
    problems.refuseAny(AS_PUBLISHED);
    Set<String> train = new TreeSet<>();
    Set<String> test = new TreeSet<>();
    for (Sample sample : cohort.samples()) {
      (named.contains(sample.id()) ? train : test).add(sample.id());
    }
    return new PublishedSplit("authors", train, test);
  }
}
