load("/secrets/mongo-users.js"); // made by `biyong keys`: a user for each service
