package org.histofm.tiling.bytes;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.histofm.slide.SlideException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * An object in S3 or a store that speaks like it, read by ranged {@code GetObject} with {@code
 * If-Match}. The one class that knows the AWS SDK, loaded when the first {@code s3://} address is
 * opened.
 *
 * <p>Login, region and endpoint come from where the SDK always takes them. Where nothing names a
 * region, the SDK asks S3 for the bucket's, and not the machine's metadata service, for which a
 * machine that has none waits seconds. A named endpoint is addressed by path style, since few
 * stores but S3 give every bucket a host name.
 */
final class S3Object implements RemoteObject {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
  private static final String LOGIN =
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; for a public bucket set"
          + " HISTOFM_S3_ANONYMOUS=true.";

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final Traffic traffic;
  private volatile long size = -1;
  private volatile @Nullable String etag;

  private S3Object(S3Client client, String bucket, String key, Traffic traffic) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.traffic = traffic;
  }

  /**
   * @param address {@code s3://bucket/key}
   * @param anonymous whether to send no login
   * @param timeout longest silence of the store within an answer
   */
  static S3Object of(URI address, boolean anonymous, Duration timeout, Traffic traffic)
      throws RemoteFailure {
    String authority = address.getAuthority();
    String bucket = authority.substring(authority.lastIndexOf('@') + 1);
    String key = address.getPath().substring(1);
    if (address.getRawQuery() != null || key.isEmpty()) {
      throw RemoteFailure.lasting(
          SlideException.Reason.MISSING,
          "is not of the form s3://bucket/key",
          "Name the object's key, with %3F for a question mark.");
    }
    try {
      S3Client client = builder(anonymous, timeout).build();
      if (client.serviceClientConfiguration().endpointOverride().isPresent()) {
        client.close();
        client = builder(anonymous, timeout).forcePathStyle(true).build();
      }
      return new S3Object(client, bucket, key, traffic);
    } catch (SdkException e) {
      throw RemoteFailure.missing(
          "cannot be reached, as the AWS SDK's settings do not fit (" + e.getMessage() + ")",
          "Check AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL and the files under ~/.aws.",
          e);
    }
  }

  private static S3ClientBuilder builder(boolean anonymous, Duration timeout) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(timeout))
            // Retries asks again, in one way for all kinds of address.
            .overrideConfiguration(config -> config.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    if (anonymous) {
      builder.credentialsProvider(AnonymousCredentialsProvider.create());
    }
    Optional<Region> region = region();
    return region.isPresent()
        ? builder.region(region.get())
        : builder.region(Region.US_EAST_1).crossRegionAccessEnabled(true);
  }

  private static Optional<Region> region() {
    try {
      return Optional.of(
          new AwsRegionProviderChain(
                  new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
              .getRegion());
    } catch (SdkClientException e) {
      return Optional.empty();
    }
  }

  @Override
  public byte[] begin(int length) throws IOException {
    Answer answer;
    try {
      answer = get(0, length);
    } catch (AwsServiceException e) {
      if (e.statusCode() == 416) {
        size = 0; // an empty object has no byte that could be asked for
        return new byte[0];
      }
      throw failure(e);
    }
    ContentRange range = ContentRange.parse(answer.head.contentRange(), 0);
    size = range.size();
    etag = answer.head.eTag();
    range.check(answer.bytes, (int) Math.min(length, size), size);
    return answer.bytes;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public byte[] fetch(long position, int length) throws IOException {
    Answer answer;
    try {
      answer = get(position, length);
    } catch (AwsServiceException e) {
      throw failure(e);
    }
    if (!Objects.equals(answer.head.eTag(), etag)) {
      throw RemoteFailure.changed("its ETag is another");
    }
    ContentRange.parse(answer.head.contentRange(), position).check(answer.bytes, length, size);
    return answer.bytes;
  }

  /** What one answer brought. */
  private static final class Answer {
    final GetObjectResponse head;
    final byte[] bytes;

    Answer(GetObjectResponse head, byte[] bytes) {
      this.head = head;
      this.bytes = bytes;
    }
  }

  private Answer get(long position, int length) throws RemoteFailure {
    GetObjectRequest request =
        GetObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .range("bytes=" + position + "-" + (position + length - 1))
            .ifMatch(etag)
            .build();
    traffic.sent();
    Answer answer;
    try {
      answer =
          client.getObject(request, (head, body) -> new Answer(head, receive(head, body, length)));
    } catch (SdkClientException e) {
      throw failure(e);
    }
    if (answer.head.contentRange() == null) {
      throw RemoteFailure.status(200, null);
    }
    return answer;
  }

  /** The body as far as it came; what is missing is found by its length. */
  private byte[] receive(GetObjectResponse head, AbortableInputStream body, int length) {
    byte[] bytes = new byte[length];
    int filled = 0;
    try {
      while (head.contentRange() != null && filled < length) {
        int count = body.read(bytes, filled, length - filled);
        if (count < 0) {
          return Arrays.copyOf(bytes, filled);
        }
        filled += count;
        traffic.received(count);
      }
      if (head.contentRange() == null || body.read() >= 0) {
        body.abort(); // more than was asked for is not waited for
      }
    } catch (IOException e) {
      body.abort();
    }
    return filled == length ? bytes : Arrays.copyOf(bytes, filled);
  }

  private static RemoteFailure failure(AwsServiceException e) {
    int status = e.statusCode();
    if (status == 401 || status == 403) {
      return RemoteFailure.missing(
          "may not be read with this login, or does not exist (status " + status + ")", LOGIN, e);
    }
    return RemoteFailure.status(status, null);
  }

  private static RemoteFailure failure(SdkClientException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof IOException) {
        return RemoteFailure.passing(
            "could not be read from its store (" + t.getMessage() + ")", e);
      }
    }
    String problem = String.valueOf(e.getMessage());
    return problem.contains("load credentials")
        ? RemoteFailure.missing("needs a login, and none was found", LOGIN, e)
        : RemoteFailure.missing(
            "could not be read from its store (" + problem + ")",
            "Check AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL and the files under ~/.aws.",
            e);
  }

  @Override
  public void close() {
    client.close();
  }
}
