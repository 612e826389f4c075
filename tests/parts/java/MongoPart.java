import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.h2.H2Backend;

/** MongoPart FILE PORT [HOST]: serves until it is terminated. */
public class MongoPart {
    public static void main(String[] given) throws InterruptedException {
        MongoServer server = new MongoServer(new H2Backend(given[0]));
        Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
        server.bind(given.length > 2 ? given[2] : "127.0.0.1", Integer.parseInt(given[1]));
        Thread.currentThread().join();
    }
}
