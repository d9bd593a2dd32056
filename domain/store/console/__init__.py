"""What the console shows and does: every look and every act goes through here, as somebody who may."""
