package org.histofm.plugin;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.histofm.ApiVersion;
import org.histofm.adapter.AdapterProvider;
import org.histofm.backbone.BackboneProvider;
import org.histofm.dataset.DatasetProvider;
import org.histofm.evaluation.EvaluatorProvider;
import org.histofm.slide.SlideReaderProvider;

/**
 * The providers of one plugin point that a class loader sees, by id. Loading is strict: a provider
 * that cannot be used is an error with its class and jar, never skipped.
 *
 * <p>Immutable; safe for concurrent use if the providers are.
 *
 * @param <P> the plugin point
 */
public final class Providers<P extends Provider> {
  private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]*");
  private static final Map<Class<?>, String> KINDS =
      Map.of(
          AdapterProvider.class, "adapter",
          BackboneProvider.class, "backbone",
          DatasetProvider.class, "data set",
          EvaluatorProvider.class, "evaluator",
          SlideReaderProvider.class, "slide reader");

  private static final String REPAIR = "Repair its jar, or take it off the class path.";

  private final String kind;
  private final Map<String, P> byId;

  private Providers(String kind, Map<String, P> byId) {
    this.kind = kind;
    this.byId = byId;
  }

  /**
   * Loads with the thread's context class loader, or HistoFM's own where there is none.
   *
   * @throws ProviderException as {@link #of(Class, ClassLoader)}
   */
  public static <P extends Provider> Providers<P> of(Class<P> point) {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return of(point, context != null ? context : Providers.class.getClassLoader());
  }

  /**
   * Loads every provider of {@code point} that {@code loader} sees.
   *
   * @throws ProviderException if a provider cannot be loaded or throws, has another API version or
   *     an invalid id, or if two offer the same id
   */
  public static <P extends Provider> Providers<P> of(Class<P> point, ClassLoader loader) {
    String kind = KINDS.getOrDefault(point, point.getSimpleName());
    Map<String, P> byId = new TreeMap<>();
    Iterator<ServiceLoader.Provider<P>> found =
        ServiceLoader.load(point, loader).stream().iterator();
    while (true) {
      ServiceLoader.Provider<P> entry;
      try {
        if (!found.hasNext()) {
          return new Providers<>(kind, byId);
        }
        entry = found.next();
      } catch (ServiceConfigurationError | LinkageError e) {
        Throwable failure = failure(e);
        throw new ProviderException(
            "one of the "
                + kind
                + " plugins in "
                + listings(point, loader)
                + " could not be loaded: "
                + (e instanceof LinkageError ? e : e.getMessage())
                + (failure == e ? "" : " (" + failure + ")")
                + ".",
            REPAIR,
            e);
      }
      register(kind, instance(kind, entry), byId);
    }
  }

  private static <P extends Provider> P instance(String kind, ServiceLoader.Provider<P> entry) {
    try {
      return entry.get();
    } catch (ServiceConfigurationError e) {
      throw new ProviderException(
          kind + " plugin " + origin(entry.type()) + " could not be created: " + failure(e) + ".",
          REPAIR,
          e);
    }
  }

  /** The plugin's own failure; what loader and JVM wrap around it does not help its user. */
  private static Throwable failure(Throwable e) {
    Throwable cause = e.getCause();
    boolean wraps =
        e instanceof ServiceConfigurationError || e instanceof ExceptionInInitializerError;
    return wraps && cause != null ? failure(cause) : e;
  }

  /** Where plugins of this point are announced: a class that does not load has no jar to name. */
  private static List<String> listings(Class<?> point, ClassLoader loader) {
    try {
      List<String> places = new ArrayList<>();
      for (URL list :
          Collections.list(loader.getResources("META-INF/services/" + point.getName()))) {
        URLConnection connection = list.openConnection();
        places.add(
            readable(connection instanceof JarURLConnection jar ? jar.getJarFileURL() : list));
      }
      return places;
    } catch (IOException e) {
      return List.of("unknown places");
    }
  }

  private static <P extends Provider> void register(String kind, P provider, Map<String, P> byId) {
    int version;
    List<String> ids;
    try {
      version = provider.apiVersion();
      ids = version == ApiVersion.CURRENT ? List.copyOf(provider.ids()) : List.of();
    } catch (RuntimeException | LinkageError e) {
      throw new ProviderException(
          kind
              + " plugin "
              + origin(provider.getClass())
              + " failed while it was asked for its ids: "
              + failure(e)
              + ".",
          REPAIR,
          e);
    }
    if (version != ApiVersion.CURRENT) {
      throw new ProviderException(
          kind
              + " plugin "
              + origin(provider.getClass())
              + " was built for plugin API "
              + version
              + "; this HistoFM has "
              + ApiVersion.CURRENT
              + ".",
          "Use a release of the plugin that matches this HistoFM.");
    }
    for (String id : ids) {
      if (!ID.matcher(id).matches()) {
        throw new ProviderException(
            kind
                + " plugin "
                + origin(provider.getClass())
                + " offers the id '"
                + id
                + "', which is not valid.",
            "Use lower case letters, digits, '-', '_' and '.'.");
      }
      P other = byId.putIfAbsent(id, provider);
      if (other != null) {
        throw new ProviderException(
            "two "
                + kind
                + " plugins offer '"
                + id
                + "': "
                + origin(other.getClass())
                + " and "
                + origin(provider.getClass())
                + ".",
            "Take one of them off the class path, or rename one.");
      }
    }
  }

  private static String origin(Class<?> provider) {
    CodeSource source = provider.getProtectionDomain().getCodeSource();
    URL place = source == null ? null : source.getLocation();
    return provider.getName() + " in " + (place == null ? "unknown place" : readable(place));
  }

  private static String readable(URL place) {
    try {
      String path = place.toURI().getPath(); // decoded: a blank in a folder's name stays a blank
      return path == null ? place.toString() : path;
    } catch (URISyntaxException e) {
      return place.toString();
    }
  }

  /** All ids, sorted. */
  public List<String> ids() {
    return new ArrayList<>(byId.keySet());
  }

  /**
   * The provider that offers {@code id}.
   *
   * @throws ProviderException if there is none; the message lists what exists
   */
  public P get(String id) {
    P provider = byId.get(id);
    if (provider != null) {
      return provider;
    }
    if (byId.isEmpty()) {
      throw new ProviderException(
          "no " + kind + " '" + id + "': no " + kind + " plugin is on the class path.",
          "Add the module that provides it.");
    }
    throw new ProviderException(
        "no " + kind + " '" + id + "'; on the class path: " + byId.keySet() + ".",
        "Use one of these, or add the module that provides it.");
  }
}
