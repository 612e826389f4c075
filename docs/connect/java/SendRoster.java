// Send a roster to Biyong over AMQP, and print what became of each row. Java 17 or newer.
//
// mvn dependency:copy-dependencies -DoutputDirectory=lib
// AMQP_URL=amqps://branch.ID:PASSWORD@HOST:5671 java -cp 'lib/*' SendRoster.java KEY roster.csv
//
// KEY is yours, and new for each roster: sent again with the same rows, it is one roster.
// Ends with 0: all rows taken, 1: some are not, 2: refused or not sent, 3: no answer.
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.rabbitmq.client.*;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import javax.net.ssl.SSLContext;

public class SendRoster {
  static final int WAIT_MS = 60_000;
  static final Set<String> TAKEN = Set.of("enrolled", "waitlisted", "already-enrolled");

  static byte[] readEvent(String key, String file, String user) throws Exception {
    // Cells without quotes or commas; take a library for other files.
    List<String> lines = Files.readAllLines(Path.of(file));
    String[] heads = lines.get(0).replace("\uFEFF", "").split(",");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int at = 1; at < lines.size(); at++) {
      if (lines.get(at).isBlank()) continue;
      Map<String, Object> row = new HashMap<>(Map.of("row", at + 1)); // as a spreadsheet counts
      String[] cells = lines.get(at).split(",", -1);
      for (int i = 0; i < heads.length; i++) row.put(heads[i], cells[i]);
      rows.add(row);
    }
    Map<String, Object> data = Map.of("roster_id", key, "key", key, "rows", rows);
    String type = "branch.roster.sent.v1";
    Map<String, Object> event =
        Map.of("specversion", "1.0", "id", key, "source", "/" + user, "type", type, "data", data);
    return new Gson().toJson(event).getBytes(StandardCharsets.UTF_8);
  }

  static void publish(Channel channel, String user, String key, byte[] body) throws Exception {
    var properties = new AMQP.BasicProperties.Builder()
        .userId(user)
        .messageId(key)
        .contentType("application/cloudevents+json")
        .deliveryMode(2)
        .build();
    channel.confirmSelect();
    channel.basicPublish("biyong.branches", user + ".roster", true, properties, body);
    channel.waitForConfirmsOrDie(WAIT_MS);
  }

  static int waitForAnswer(Channel channel, String queue, String key) throws Exception {
    var answer = new CompletableFuture<Integer>();
    channel.basicConsume(queue, false, (tag, message) -> {
      String body = new String(message.getBody(), StandardCharsets.UTF_8);
      JsonObject data = new Gson().fromJson(body, JsonObject.class).getAsJsonObject("data");
      int code = showAnswer(data);
      channel.basicAck(message.getEnvelope().getDeliveryTag(), false);
      if (List.of(get(data, "chunk_id"), get(data, "message_id")).contains(key)) answer.complete(code);
    }, tag -> {});
    return answer.completeOnTimeout(3, WAIT_MS, TimeUnit.MILLISECONDS).get();
  }

  static int showAnswer(JsonObject data) {
    if (!data.has("rows")) {
      System.out.println(String.join(" ", "refused", get(data, "reason"), get(data, "place"), get(data, "detail")));
      return 2;
    }
    int code = 0;
    for (var item : data.getAsJsonArray("rows")) {
      JsonObject row = item.getAsJsonObject();
      System.out.println(String.join(" ", get(row, "row"), get(row, "outcome"), get(row, "reason"), get(row, "detail")));
      if (!TAKEN.contains(get(row, "outcome"))) code = 1;
    }
    return code;
  }

  static String get(JsonObject part, String name) {
    return part.has(name) ? part.get(name).getAsString() : "";
  }

  public static void main(String[] arguments) throws Exception {
    String key = arguments[0];
    var factory = new ConnectionFactory();
    factory.setUri(System.getenv("AMQP_URL"));
    if (factory.isSSL()) { // by itself this client would trust any broker
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    }
    String user = factory.getUsername();
    int code;
    try (Connection connection = factory.newConnection(); Channel channel = connection.createChannel()) {
      publish(channel, user, key, readEvent(key, arguments[1], user));
      code = waitForAnswer(channel, user + ".receipts", key);
      if (code == 3) System.err.println("no answer yet: send " + key + " again, or ask later");
    } catch (java.io.IOException | ShutdownSignalException error) {
      System.err.println("refused or not sent: " + error.getClass().getSimpleName() + " " + Objects.requireNonNullElse(error.getCause(), error).getMessage());
      code = 2;
    }
    System.exit(code);
  }
}
