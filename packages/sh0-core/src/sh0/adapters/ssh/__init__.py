"""SSH: the server that receives pushes. It loads asyncssh, which takes a while, with the first of them."""
