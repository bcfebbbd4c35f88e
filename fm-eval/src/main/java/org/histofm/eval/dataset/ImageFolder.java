package org.histofm.eval.dataset;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.histofm.ApiVersion;
import org.histofm.InputException;
import org.histofm.dataset.Cohort;
import org.histofm.dataset.DatasetProvider;
import org.histofm.dataset.DatasetRequest;
import org.histofm.dataset.Task;
import org.histofm.plugin.Options;
import org.jspecify.annotations.Nullable;

/**
 * Data set {@code image-folder}: one sub-folder for each class, images at any depth below it,
 * sorted by path. The id of a sample is its path below the folder, with {@code '/'}.
 *
 * <p>Which images belong together is told by one of these settings; without it every image is its
 * own group, and every output warns that scores may be too good:
 *
 * <ul>
 *   <li>{@code group=folder}: the folder below the class is the patient or slide, as in {@code
 *       class/P07/tile.png}. The same name under two classes is one patient.
 *   <li>{@code group-pattern}: a regular expression that is searched in the id and whose one
 *       capture group is the patient or slide.
 * </ul>
 *
 * <p>Further settings: {@code domain-pattern}, likewise, for the domain; {@code positive}, the one
 * of two classes that is put second.
 *
 * <p>Hidden files and folders are passed over. Images beside the class folders, an empty class
 * folder, a link that leads in circles, a folder that cannot be read and one file under two names
 * are refused. Files in class folders that are no images by their names are left out with a
 * warning.
 */
public final class ImageFolder implements DatasetProvider {
  private static final String ID = "image-folder";

  /** What the JDK's ImageIO decodes, by the end of the name. */
  private static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "tif", "tiff", "bmp", "gif");

  private static final Set<String> SPLIT_NAMES =
      Set.of("train", "training", "val", "valid", "validation", "test", "testing");

  /** For {@link java.util.ServiceLoader}. */
  public ImageFolder() {}

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
    return "images in one sub-folder per class";
  }

  @Override
  public Cohort open(DatasetRequest request) {
    Options options =
        request
            .options()
            .allow("data set " + ID, "domain-pattern", "group", "group-pattern", "positive");
    Path root = LabelledFiles.data(request).toAbsolutePath();
    if (!Files.isDirectory(root)) {
      throw new InputException(
          root + " is a file, expected a folder with one sub-folder per class.", "Check --data.");
    }
    Tree tree = Tree.walk(root);
    refuseSplitFolders(root, tree.classes);
    Task.Classification task = Classes.of("folder " + root, tree.classes, options);
    List<String> ids = new ArrayList<>(tree.images.keySet());
    Names groups = Names.groups(options);
    Names domains = Names.pattern("domain-pattern", options);
    groups.refuseUnnamed(ids);
    domains.refuseUnnamed(ids);
    LabelledFiles files = new LabelledFiles(request);
    tree.images.forEach(
        (id, file) ->
            files.add(
                id, id.substring(0, id.indexOf('/')), groups.of(id), "", domains.of(id), file));
    Cohort cohort = files.toCohort("folder " + root, task);
    return tree.others.isEmpty()
        ? cohort
        : cohort.withWarning(
            "files in class folders are left out, since they are no images by their names: "
                + Listing.of(tree.others));
  }

  private static void refuseSplitFolders(Path root, Set<String> classes) {
    if (!classes.isEmpty()
        && classes.stream().allMatch(c -> SPLIT_NAMES.contains(c.toLowerCase(Locale.ROOT)))) {
      throw new InputException(
          "the sub-folders " + classes + " of " + root + " are parts of a split, not classes.",
          "Name one of them with --data, or put the class folders at the top.");
    }
  }

  /** Everything below the root, sorted by path. */
  private static final class Tree extends SimpleFileVisitor<Path> {
    final Set<String> classes = new TreeSet<>();
    final TreeMap<String, Path> images = new TreeMap<>();
    final List<String> others = new ArrayList<>();
    private final List<String> stray = new ArrayList<>();
    private final Path root;

    private Tree(Path root) {
      this.root = root;
    }

    static Tree walk(Path root) {
      Tree tree = new Tree(root);
      try {
        Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, tree);
      } catch (IOException e) {
        throw new InputException(
            "folder " + root + " cannot be read (" + e + ").", "Check the disk and its rights.", e);
      }
      if (!tree.stray.isEmpty()) {
        tree.stray.sort(null);
        throw new InputException(
            "images lie beside the class folders of " + root + ": " + Listing.of(tree.stray) + ".",
            "Move them into a class folder, or away.");
      }
      tree.others.sort(null);
      return tree;
    }

    private String id(Path path) {
      StringBuilder id = new StringBuilder();
      for (Path part : root.relativize(path)) {
        id.append(id.length() == 0 ? "" : "/").append(part);
      }
      return id.toString();
    }

    private boolean isHidden(Path path) {
      Path name = path.getFileName();
      return !path.equals(root)
          && name != null
          && (name.toString().startsWith(".") || name.toString().equals("__MACOSX"));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      if (isHidden(folder)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (root.equals(folder.getParent())) {
        classes.add(id(folder));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isHidden(file)) {
        return FileVisitResult.CONTINUE;
      }
      String id = id(file);
      boolean inClass = id.indexOf('/') >= 0;
      String extension = id.substring(id.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
      if (!EXTENSIONS.contains(extension)) {
        if (inClass) {
          others.add(id);
        }
      } else if (inClass) {
        images.put(id, file);
      } else {
        stray.add(id);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path path, IOException e) {
      if (e instanceof FileSystemLoopException) {
        throw new InputException(
            "link " + path + " leads back to a folder above it.", "Remove the link.", e);
      }
      throw new InputException(
          path
              + " cannot be read ("
              + (e instanceof AccessDeniedException ? "no right to read it" : e.toString())
              + ").",
          "Give the right to read it, or move it away.",
          e);
    }
  }

  /** Reads a group or domain off an id; empty where nothing was asked for. */
  private record Names(String setting, @Nullable Pattern pattern) {
    static Names groups(Options options) {
      String group = options.text("group", "");
      if (group.isEmpty()) {
        return pattern("group-pattern", options);
      }
      if (!group.equals("folder")) {
        throw new InputException(
            "setting group=" + group + " is not known.",
            "It can be group=folder; for anything else there is group-pattern.");
      }
      if (!options.text("group-pattern", "").isEmpty()) {
        throw new InputException(
            "settings group and group-pattern both say what the groups are.", "Give one of them.");
      }
      return new Names("group=folder", Pattern.compile("^[^/]+/([^/]+)/"));
    }

    static Names pattern(String setting, Options options) {
      String text = options.text(setting, "");
      if (text.isEmpty()) {
        return new Names(setting, null);
      }
      Pattern pattern;
      try {
        pattern = Pattern.compile(text);
      } catch (PatternSyntaxException e) {
        throw new InputException(
            "setting "
                + setting
                + "="
                + text
                + " is no regular expression ("
                + e.getDescription()
                + " at "
                + e.getIndex()
                + ").",
            "Write one such as '^[^/]+/(P[0-9]+)_'.",
            e);
      }
      int captures = pattern.matcher("").groupCount();
      if (captures != 1) {
        throw new InputException(
            "setting " + setting + "=" + text + " has " + captures + " capture groups, expected 1.",
            "Put the part that is the name in (…), any other brackets in (?:…).");
      }
      return new Names(setting + "=" + text, pattern);
    }

    String of(String id) {
      if (pattern == null) {
        return "";
      }
      Matcher matcher = pattern.matcher(id);
      String name = matcher.find() ? matcher.group(1) : null;
      return name == null ? "" : name.strip();
    }

    void refuseUnnamed(List<String> ids) {
      if (pattern == null) {
        return;
      }
      List<String> unnamed = ids.stream().filter(id -> of(id).isEmpty()).toList();
      if (!unnamed.isEmpty()) {
        throw new InputException(
            "setting " + setting + " finds no name in " + Listing.of(unnamed) + ".",
            "Change the setting, or move these images.");
      }
    }
  }
}
