// Send a roster to Biyong over AMQP, and print what became of each row.
//
//	go build -o send_roster .
//	AMQP_URL=amqps://branch.ID:PASSWORD@HOST:5671 ./send_roster KEY roster.csv
//
// KEY is yours, and new for each roster: sent again with the same rows, it is one roster.
// Ends with 0: all rows taken, 1: some are not, 2: refused or not sent, 3: no answer.
package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	amqp "github.com/rabbitmq/amqp091-go"
)

const wait = 60 * time.Second

type answer struct {
	ChunkID               string `json:"chunk_id"`
	MessageID             string `json:"message_id"`
	Reason, Place, Detail string
	Rows                  []struct {
		Row                     int
		Outcome, Reason, Detail string
	}
}

func readEvent(key, file, user string) []byte {
	text, err := os.Open(file)
	stopAt(err, "the file")
	table, err := csv.NewReader(text).ReadAll()
	stopAt(err, "the file")
	rows := []map[string]any{}
	for at, cells := range table[1:] {
		row := map[string]any{"row": at + 2} // as a spreadsheet counts
		for i, head := range table[0] {
			row[strings.TrimPrefix(head, "\uFEFF")] = cells[i]
		}
		rows = append(rows, row)
	}
	body, err := json.Marshal(map[string]any{
		"specversion": "1.0", "id": key, "source": "/" + user, "type": "branch.roster.sent.v1",
		"data": map[string]any{"roster_id": key, "key": key, "rows": rows},
	})
	stopAt(err, "the event")
	return body
}

func publish(channel *amqp.Channel, user, key string, body []byte) {
	closed := channel.NotifyClose(make(chan *amqp.Error, 1)) // says why; a confirm does not
	stopAt(channel.Confirm(false), "confirms")
	message := amqp.Publishing{
		UserId: user, MessageId: key, ContentType: "application/cloudevents+json",
		DeliveryMode: amqp.Persistent, Body: body,
	}
	confirm, err := channel.PublishWithDeferredConfirm("biyong.branches", user+".roster", true, false, message)
	stopAt(err, "refused or not sent")
	if !confirm.Wait() {
		stopAt(fmt.Errorf("not confirmed: %v", <-closed), "refused or not sent")
	}
}

func waitForAnswer(channel *amqp.Channel, queue, key string) int {
	messages, err := channel.Consume(queue, "", false, false, false, false, nil)
	stopAt(err, "the queue of receipts")
	late := time.After(wait)
	for {
		select {
		case <-late:
			fmt.Fprintln(os.Stderr, "no answer yet: send", key, "again, or ask later")
			return 3
		case message := <-messages:
			var event struct{ Data answer }
			stopAt(json.Unmarshal(message.Body, &event), "the answer")
			code := showAnswer(event.Data)
			stopAt(message.Ack(false), "refused or not sent")
			if event.Data.ChunkID == key || event.Data.MessageID == key {
				return code
			}
		}
	}
}

func showAnswer(data answer) (code int) {
	if data.Rows == nil {
		fmt.Println("refused", data.Reason, data.Place, data.Detail)
		return 2
	}
	for _, row := range data.Rows {
		fmt.Println(row.Row, row.Outcome, row.Reason, row.Detail)
		if row.Outcome == "rejected" {
			code = 1
		}
	}
	return code
}

func stopAt(err error, where string) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", where, err)
		os.Exit(2)
	}
}

func main() {
	address, err := amqp.ParseURI(os.Getenv("AMQP_URL"))
	stopAt(err, "AMQP_URL")
	connection, err := amqp.Dial(os.Getenv("AMQP_URL"))
	stopAt(err, "refused or not sent")
	channel, err := connection.Channel()
	stopAt(err, "refused or not sent")
	publish(channel, address.Username, os.Args[1], readEvent(os.Args[1], os.Args[2], address.Username))
	code := waitForAnswer(channel, address.Username+".receipts", os.Args[1])
	connection.Close()
	os.Exit(code)
}
