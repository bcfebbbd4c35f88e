package org.histofm.tiling.bytes;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/**
 * Collects an answer's body, but no more than was asked for: a server that sends more is cut off,
 * so that it can fill neither memory nor time.
 */
final class RangeBody implements BodySubscriber<byte[]> {
  private final byte[] bytes;
  private final Traffic traffic;
  private final CompletableFuture<byte[]> done = new CompletableFuture<>();
  private Flow.Subscription subscription = NONE;
  private int filled;

  private static final Flow.Subscription NONE =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };

  /** A body of at most {@code most} bytes; of none, it is refused before the first byte. */
  RangeBody(int most, Traffic traffic) {
    this.bytes = new byte[most];
    this.traffic = traffic;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return done;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    if (bytes.length == 0) {
      given.cancel();
      done.complete(bytes);
      return;
    }
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (ByteBuffer buffer : buffers) {
      int count = buffer.remaining();
      traffic.received(count);
      if (count > bytes.length - filled) {
        subscription.cancel();
        done.completeExceptionally(
            new IOException("the answer is longer than the " + bytes.length + " bytes asked for"));
        return;
      }
      buffer.get(bytes, filled, count);
      filled += count;
    }
  }

  @Override
  public void onError(Throwable failure) {
    done.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    done.complete(filled == bytes.length ? bytes : Arrays.copyOf(bytes, filled));
  }
}
