package org.histofm.plugin;

import java.util.List;

/**
 * What every plugin point has in common. Implementations are found by {@link
 * java.util.ServiceLoader}: a public class with a public no-argument constructor that does nothing
 * heavy, named in {@code META-INF/services/}.
 */
public interface Provider {
  /**
   * The version of the plugin interface this class was compiled against: return {@link
   * org.histofm.ApiVersion#CURRENT}, which javac copies into the class file.
   */
  int apiVersion();

  /**
   * The stable ids on offer, lower case letters, digits, {@code '-'}, {@code '_'} and {@code '.'};
   * most providers have one, a family of models has many.
   */
  List<String> ids();

  /**
   * One line for {@code ./fm list}.
   *
   * @param id one of {@link #ids()}
   */
  String summary(String id);
}
